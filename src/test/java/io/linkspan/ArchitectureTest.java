package io.linkspan;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URL;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The walls between the rooms; docs/architecture.md draws them. */
class ArchitectureTest {
  private static final String ROOT = "io.linkspan.";
  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.linkspan");

  /**
   * What each room may look into; {@code app} sees all. A new room is added here, with its view.
   */
  private static final Map<String, Set<String>> VIEW =
      Map.ofEntries(
          Map.entry("platform", Set.of()),
          Map.entry("identity", Set.of("platform")),
          Map.entry("activity", Set.of("platform", "identity")),
          Map.entry("webhook", Set.of("platform", "identity", "activity")),
          Map.entry("connection", Set.of("platform", "identity", "activity", "webhook")),
          Map.entry("availability", Set.of("platform", "identity", "activity", "webhook")),
          Map.entry(
              "conflict", Set.of("platform", "identity", "activity", "webhook", "availability")),
          Map.entry("event", Set.of()),
          Map.entry(
              "calendar",
              Set.of(
                  "platform",
                  "identity",
                  "activity",
                  "webhook",
                  "connection",
                  "availability",
                  "event")),
          Map.entry("sandbox", Set.of("platform", "event")),
          Map.entry("provider", Set.of("platform", "connection", "calendar", "event")));

  /**
   * What the parts of a room see of one another, where a room has parts; its root counts as one. A
   * part that is not here is alone in its room.
   */
  private static final Map<String, Set<String>> INNER_VIEW =
      Map.ofEntries(
          Map.entry("platform.time", Set.of()),
          Map.entry("platform.text", Set.of()),
          Map.entry("platform.db", Set.of()),
          Map.entry("platform.jobs", Set.of("platform.db")),
          Map.entry("platform.postgres", Set.of("platform.db")),
          Map.entry("platform.crypto", Set.of("platform.db")),
          Map.entry("platform.egress", Set.of("platform.db", "platform.crypto")),
          Map.entry(
              "platform.http",
              Set.of(
                  "platform.db",
                  "platform.crypto",
                  "platform.time",
                  "platform.text",
                  // networks of proxies
                  "platform.egress")),
          Map.entry("event", Set.of()),
          Map.entry("event.recurrence", Set.of("event")),
          Map.entry("event.ical", Set.of("event", "event.recurrence")),
          // its root is what the others of the program see, and puts the parts together
          Map.entry("webhook", Set.of("webhook.subscription", "webhook.delivery")),
          Map.entry("webhook.subscription", Set.of("webhook")),
          Map.entry("webhook.delivery", Set.of("webhook", "webhook.subscription")),
          Map.entry("calendar", Set.of()),
          Map.entry("calendar.settings", Set.of("calendar", "calendar.sync")),
          Map.entry("calendar.sync", Set.of("calendar")),
          Map.entry("sandbox", Set.of("sandbox.world", "sandbox.google")),
          Map.entry("sandbox.google", Set.of("sandbox.world")));

  @Test
  void partsOfARoomSeeOnlyWhatTheMapShowsThem() {
    classes().should(lookOnlyIntoTheirPartsView()).check(PROGRAM);
  }

  @Test
  void everyRoomIsOnTheMap() {
    var rooms =
        PROGRAM.stream()
            .map(ArchitectureTest::room)
            .filter(room -> !room.equals("app"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(VIEW.keySet()).containsAll(rooms);
  }

  @Test
  void aRoomSeesOnlyWhatTheMapShowsIt() {
    classes().should(lookOnlyIntoTheirView()).check(PROGRAM);
  }

  @Test
  void featuresDoNotGoInCircles() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(PROGRAM);
    slices().matching(ROOT + "platform.(*)..").should().beFreeOfCycles().check(PROGRAM);
  }

  @Test
  void providersDoNotSeeEachOther() {
    slices()
        .matching(ROOT + "provider.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(PROGRAM);
  }

  @Test
  void sqlIsWrittenOnlyInStores() {
    var sql =
        target(owner(assignableTo(Handle.class)))
            .and(
                describe(
                    "that takes SQL",
                    call ->
                        List.of(
                                "createQuery",
                                "createUpdate",
                                "createCall",
                                "createScript",
                                "createBatch",
                                "prepareBatch",
                                "select",
                                "execute")
                            .contains(call.getTarget().getName())));
    noClasses()
        .that(
            areOutside(
                    ROOT + "platform.db..", ROOT + "platform.jobs..", ROOT + "platform.postgres..")
                .and(describe("are no Store", type -> !topLevel(type).endsWith("Store"))))
        .should()
        .callMethodWhere(sql)
        .check(PROGRAM);
  }

  @Test
  void connectionsAreOpenedOnlyByThePlatform() {
    noClasses()
        .that(
            areOutside(
                ROOT + "platform.db..",
                ROOT + "platform.jobs..",
                ROOT + "platform.postgres..",
                ROOT + "app.."))
        .should()
        .dependOnClassesThat(
            assignableTo(DataSource.class)
                .or(assignableTo(Jdbi.class))
                .or(assignableTo(java.sql.Connection.class)))
        .check(PROGRAM);
  }

  @Test
  void outboundCallsGoOnlyThroughEgress() {
    noClasses()
        // the rehearsal of a start calls itself
        .that(areOutside(ROOT + "platform.egress..", ROOT + "app.."))
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.apache.hc..")
                .or(resideInAPackage("java.net.http.."))
                .or(assignableTo(Socket.class))
                .or(assignableTo(SocketChannel.class))
                .or(assignableTo(HttpURLConnection.class)))
        .check(PROGRAM);
    noClasses()
        .that(
            // reads what is packaged: PostgreSQL's programs, migrations
            areOutside(
                ROOT + "platform.egress..", ROOT + "platform.db..", ROOT + "platform.postgres.."))
        .should()
        .callMethodWhere(
            target(owner(assignableTo(URL.class)))
                .and(
                    describe(
                        "that opens it", call -> call.getTarget().getName().startsWith("open"))))
        .check(PROGRAM);
  }

  @Test
  void timeComesFromTheInjectedClock() {
    noClasses()
        .that(areOutside(ROOT + "app.."))
        .should()
        .callMethodWhere(readsTheSystemsClock())
        .orShould()
        .callConstructor(Date.class)
        .check(PROGRAM);
  }

  @Test
  void onlyTheProgramReadsItsEnvironment() {
    noClasses()
        .that(areOutside(ROOT + "app.."))
        .should()
        .callMethod(System.class, "getenv")
        .check(PROGRAM);
    noClasses()
        .that(areOutside(ROOT + "app.."))
        .should()
        .callMethod(System.class, "getenv", String.class)
        .check(PROGRAM);
  }

  @Test
  void everyPackageSaysWhatMayBeNull() {
    classes().should(resideInANullMarkedPackage()).check(PROGRAM);
  }

  @Test
  void namesSayWhatAThingIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Manager|Helper|Helpers|Util|Utils|Impl)")
        .check(PROGRAM);
  }

  private static DescribedPredicate<JavaCall<?>> readsTheSystemsClock() {
    return describe(
        "reads the system's clock",
        call -> {
          String owner = call.getTargetOwner().getName();
          String name = call.getTarget().getName();
          boolean withoutClock =
              call.getTarget().getRawParameterTypes().stream()
                  .noneMatch(parameter -> parameter.isEquivalentTo(Clock.class));
          return owner.startsWith("java.time.") && name.equals("now") && withoutClock
              || owner.equals(Clock.class.getName())
                  && (name.startsWith("system") || name.startsWith("tick"))
              || owner.equals(System.class.getName()) && name.equals("currentTimeMillis");
        });
  }

  private static ArchCondition<JavaClass> lookOnlyIntoTheirView() {
    return new ArchCondition<>("look only into the rooms that the map shows them") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String room = room(type);
        if (room.equals("app")) {
          return;
        }
        type.getDirectDependenciesFromSelf().stream()
            .filter(seen -> seen.getTargetClass().getPackageName().startsWith(ROOT))
            .filter(seen -> !room(seen.getTargetClass()).equals(room))
            .filter(
                seen -> !VIEW.getOrDefault(room, Set.of()).contains(room(seen.getTargetClass())))
            .forEach(
                seen ->
                    events.add(
                        SimpleConditionEvent.violated(
                            seen,
                            room
                                + " may not see "
                                + room(seen.getTargetClass())
                                + ": "
                                + seen.getDescription())));
      }
    };
  }

  private static ArchCondition<JavaClass> lookOnlyIntoTheirPartsView() {
    return new ArchCondition<>("look only into the parts of their room that the map shows them") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String room = room(type);
        String part = part(type);
        // providers see nothing of each other, and app sees all
        if (room.equals("app") || room.equals("provider")) {
          return;
        }
        type.getDirectDependenciesFromSelf().stream()
            .filter(seen -> seen.getTargetClass().getPackageName().startsWith(ROOT))
            .filter(seen -> room(seen.getTargetClass()).equals(room))
            .filter(seen -> !part(seen.getTargetClass()).equals(part))
            .filter(
                seen ->
                    !INNER_VIEW.getOrDefault(part, Set.of()).contains(part(seen.getTargetClass())))
            .forEach(
                seen ->
                    events.add(
                        SimpleConditionEvent.violated(
                            seen,
                            part
                                + " may not see "
                                + part(seen.getTargetClass())
                                + ": "
                                + seen.getDescription())));
      }
    };
  }

  private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
    return new ArchCondition<>("reside in a @NullMarked package") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked =
            type.getPackage()
                .tryGetPackageInfo()
                .map(info -> info.isAnnotatedWith(NullMarked.class))
                .orElse(false);
        if (!marked) {
          events.add(
              SimpleConditionEvent.violated(
                  type, type.getPackageName() + " has no package-info.java with @NullMarked"));
        }
      }
    };
  }

  private static DescribedPredicate<JavaClass> areOutside(String... packages) {
    return DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(packages))
        .as("are outside of %s", String.join(", ", packages));
  }

  private static String topLevel(JavaClass type) {
    return type.getName().replaceAll("\\$.*", "");
  }

  /** The package, without ours before it. */
  private static String part(JavaClass type) {
    return type.getPackageName().substring(ROOT.length());
  }

  /** The first package below ours. */
  private static String room(JavaClass type) {
    String rest =
        type.getPackageName().substring(Math.min(ROOT.length(), type.getPackageName().length()));
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }
}
