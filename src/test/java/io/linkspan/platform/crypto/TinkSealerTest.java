package io.linkspan.platform.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import io.linkspan.platform.crypto.Sealer.Place;
import io.linkspan.platform.crypto.Sealer.SealBroken;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.postgres.TestDatabase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class TinkSealerTest {
  private static final UUID ORGANIZER = new UUID(1, 2);
  private static final UUID RECORD = new UUID(3, 4);
  private static final Place PLACE = new Place(ORGANIZER, RECORD, "password");
  private static final Secret SECRET = Secret.of("hünter2 🔑");

  @TempDir Path directory;
  private TestDatabase db;

  @BeforeEach
  void start() {
    db = TestDatabase.fresh();
  }

  @AfterEach
  void stop() {
    db.close();
  }

  @Test
  void whatIsSealedOpensAtItsPlaceAlsoAfterARestart() {
    byte[] sealed = firstStart().seal(SECRET, PLACE);
    assertThat(new String(sealed, StandardCharsets.UTF_8)).doesNotContain("nter2");
    assertThat(restart().open(sealed, PLACE)).isEqualTo(SECRET);
  }

  @Test
  void theSameTextIsSealedDifferentlyEachTime() {
    var sealer = firstStart();
    assertThat(sealer.seal(SECRET, PLACE)).isNotEqualTo(sealer.seal(SECRET, PLACE));
  }

  @Test
  void anEmptySecretIsASecretToo() {
    var sealer = firstStart();
    assertThat(sealer.open(sealer.seal(Secret.of(""), PLACE), PLACE)).isEqualTo(Secret.of(""));
  }

  @Test
  void aValueOfAnotherOrganizerRecordOrFieldDoesNotOpen() {
    var sealer = firstStart();
    byte[] sealed = sealer.seal(SECRET, PLACE);
    for (var other :
        new Place[] {
          new Place(RECORD, ORGANIZER, "password"),
          new Place(new UUID(1, 3), RECORD, "password"),
          new Place(ORGANIZER, new UUID(3, 5), "password"),
          new Place(ORGANIZER, RECORD, "passwor"),
          new Place(ORGANIZER, RECORD, "password "),
          new Place(ORGANIZER, RECORD, ""),
        }) {
      assertThatThrownBy(() -> sealer.open(sealed, other))
          .as("%s", other)
          .isInstanceOf(SealBroken.class)
          .hasMessageContaining("does not open")
          .hasMessageNotContaining("nter2");
    }
  }

  @Test
  void anyChangedByteAndAnyCutAreNoticed() {
    var sealer = firstStart();
    byte[] sealed = sealer.seal(SECRET, PLACE);
    for (int at = 0; at < sealed.length; at++) {
      byte[] changed = sealed.clone();
      changed[at] ^= 1;
      assertThatThrownBy(() -> sealer.open(changed, PLACE)).isInstanceOf(SealBroken.class);
      byte[] cut = Arrays.copyOf(sealed, at);
      assertThatThrownBy(() -> sealer.open(cut, PLACE)).isInstanceOf(SealBroken.class);
    }
  }

  @Test
  void nodesThatStartTogetherShareOneKeyset() throws Exception {
    var starts = new ArrayList<Callable<TinkSealer>>();
    for (int i = 0; i < 8; i++) {
      starts.add(this::firstStart);
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var nodes = new ArrayList<TinkSealer>();
      for (var node : threads.invokeAll(starts)) {
        nodes.add(node.get());
      }
      byte[] sealed = nodes.getFirst().seal(SECRET, PLACE);
      assertThat(nodes).allSatisfy(node -> assertThat(node.open(sealed, PLACE)).isEqualTo(SECRET));
    }
    assertThat(directory).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void theFileThatAFirstStartMakesIsForTheOwnerOnly() throws Exception {
    firstStart();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void aMissingFileIsNotMadeForADatabaseThatOthersShare() {
    assertThatThrownBy(this::restart)
        .isInstanceOfSatisfying(
            KeysetRefused.class,
            refused -> {
              assertThat(refused).hasMessageContaining("no such file");
              assertThat(refused.fix()).contains("keys create " + file(), "every node");
            });
    assertThat(file()).doesNotExist();
    assertThat(wrappedKeysets()).isZero();
  }

  @Test
  void aLostFileIsNotReplacedByOneThatOpensNothing() throws Exception {
    firstStart();
    Files.delete(file());
    assertThatThrownBy(this::firstStart)
        .isInstanceOf(KeysetRefused.class)
        .hasMessageContaining("is missing");
    assertThat(file()).doesNotExist();
  }

  @Test
  void anotherDatabasesFileIsRefusedAndNothingIsOverwritten() throws Exception {
    byte[] sealed = firstStart().seal(SECRET, PLACE);
    Path right = directory.resolve("right.json");
    Files.move(file(), right);
    assertThat(new KeysetFile(file(), false).create()).isTrue();
    String wrong = Files.readString(file());

    assertThatThrownBy(this::firstStart)
        .isInstanceOf(KeysetRefused.class)
        .hasMessageContaining("not the one");

    assertThat(file()).hasContent(wrong);
    assertThat(TinkSealer.open(db.database(), new KeysetFile(right, false)).open(sealed, PLACE))
        .isEqualTo(SECRET);
  }

  @Test
  void creatingOverAFileLeavesItAsItIs() throws Exception {
    Files.writeString(file(), "precious");
    assertThat(new KeysetFile(file(), true).create()).isFalse();
    assertThat(file()).hasContent("precious");
  }

  @Test
  void aFileThatIsNoKeysetIsRefusedWithoutQuotingIt() throws Exception {
    for (String content :
        new String[] {"", "{}", "hunter2", "{\"primaryKeyId\": 1, \"key\": []}"}) {
      Files.writeString(file(), content);
      assertThatThrownBy(this::firstStart)
          .isInstanceOf(KeysetRefused.class)
          .hasMessageContaining("holds no Tink AEAD keyset")
          .hasMessageNotContaining("hunter2")
          .hasNoCause();
    }
    Files.write(file(), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 'k', (byte) 0x80});
    assertThatThrownBy(this::firstStart).hasMessageContaining("holds no Tink AEAD keyset");
    assertThat(wrappedKeysets()).isZero();
  }

  @Test
  void aFileThatOthersCanReadIsUsedWithAWarning() throws Exception {
    firstStart();
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    var logger = (Logger) LoggerFactory.getLogger(KeysetFile.class);
    logger.addAppender(log);
    try {
      restart();
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.contains("rw-r--r--") && line.contains("chmod 600"));
  }

  @Test
  void anOldKeyStillOpensWhatItSealedAfterAnotherBecamePrimary() throws Exception {
    byte[] old = firstStart().seal(SECRET, PLACE);
    var wrapping = new KeysetFile(file(), false).open();
    var next = Keysets.generate().getPrimary();
    rewrap(
        KeysetHandle.newBuilder(stored(wrapping))
            .addEntry(KeysetHandle.importKey(next.getKey()).withFixedId(next.getId()).makePrimary())
            .build(),
        wrapping);
    var sealer = restart();
    assertThat(sealer.open(old, PLACE)).isEqualTo(SECRET);
    byte[] fresh = sealer.seal(SECRET, PLACE);
    assertThat(sealer.open(fresh, PLACE)).isEqualTo(SECRET);
    assertThat(keyIdOf(fresh)).isNotEqualTo(keyIdOf(old));
  }

  private KeysetHandle stored(Aead wrapping) throws Exception {
    byte[] wrapped =
        db.database().query(handle -> new KeysetStore().find(handle, "credentials")).orElseThrow();
    return TinkProtoKeysetFormat.parseEncryptedKeyset(
        wrapped,
        wrapping,
        "linkspan keyset credentials".getBytes(StandardCharsets.UTF_8),
        Keysets.CONFIGURATION);
  }

  private void rewrap(KeysetHandle keyset, Aead wrapping) {
    db.database()
        .query(
            handle ->
                handle
                    .createUpdate("UPDATE keysets SET wrapped = :wrapped")
                    .bind("wrapped", TinkSealer.wrap(keyset, wrapping))
                    .execute());
  }

  /** Tink's prefix: a 1, then the key's id. */
  private static int keyIdOf(byte[] sealed) {
    return ByteBuffer.wrap(sealed, 1, 4).getInt();
  }

  private int wrappedKeysets() {
    Database database = db.database();
    return database.query(
        handle -> handle.createQuery("SELECT count(*) FROM keysets").mapTo(int.class).one());
  }

  private TinkSealer firstStart() {
    return TinkSealer.open(db.database(), new KeysetFile(file(), true));
  }

  private TinkSealer restart() {
    return TinkSealer.open(db.database(), new KeysetFile(file(), false));
  }

  private Path file() {
    return directory.resolve("keyset.json");
  }
}
