package io.linkspan.sandbox;

import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.http.Mount;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.sandbox.google.GoogleService;
import io.linkspan.sandbox.world.Account;
import io.linkspan.sandbox.world.Accounts;
import io.linkspan.sandbox.world.Answers;
import io.linkspan.sandbox.world.Ask;
import io.linkspan.sandbox.world.Client;
import io.linkspan.sandbox.world.Fault;
import io.linkspan.sandbox.world.Faults;
import io.linkspan.sandbox.world.Notifier;
import io.linkspan.sandbox.world.Pages;
import io.linkspan.sandbox.world.Service;
import io.linkspan.sandbox.world.Vendor;
import java.net.URI;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Simulated providers below {@code /sandbox/}, over real HTTP. What they know is in memory and goes
 * with the process.
 */
public final class Sandbox implements AutoCloseable {
  /** The first segment of everything that is simulated. */
  public static final String SEGMENT = "sandbox";

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.\\-\\[\\]:]{1,255}");

  private final URI publicUrl;
  private final Faults faults = new Faults();
  private final Accounts accounts = new Accounts();
  private final Notifier notifier;
  private final Map<Vendor, Service> services = new EnumMap<>(Vendor.class);
  private final Map<Vendor, Client> clients = new EnumMap<>(Vendor.class);
  private final SandboxApi api;
  private final SandboxPage page;

  /**
   * @param publicUrl of the server that this is part of
   * @param redirectUris where its OAuth may return to
   */
  public Sandbox(URI publicUrl, List<URI> redirectUris, Egress egress, Clock clock) {
    this.publicUrl = publicUrl;
    this.notifier = new Notifier(egress, faults, publicUrl);
    for (Vendor vendor : Vendor.values()) {
      clients.put(
          vendor,
          new Client(
              "linkspan-sandbox-" + vendor.id(), "not-a-secret-" + vendor.id(), redirectUris));
    }
    services.put(
        Vendor.GOOGLE, new GoogleService(clientOf(Vendor.GOOGLE), accounts, notifier, clock));
    new SampleAccounts(accounts, services, clock).fill();
    this.api = new SandboxApi(accounts, services, faults);
    this.page = new SandboxPage(accounts, services, faults);
  }

  private Client clientOf(Vendor vendor) {
    Client client = clients.get(vendor);
    if (client == null) {
      throw new IllegalStateException(vendor + " has no app in the sandbox");
    }
    return client;
  }

  /**
   * How the server reaches the simulated Google.
   *
   * @param calendarUrl ends in {@code /calendar/v3}
   */
  public record Google(
      String clientId,
      String clientSecret,
      URI authUrl,
      URI tokenUrl,
      URI revokeUrl,
      URI userinfoUrl,
      URI calendarUrl) {}

  public Google google() {
    Client client = clientOf(Vendor.GOOGLE);
    return new Google(
        client.id(),
        client.secret(),
        address("google/o/oauth2/v2/auth"),
        address("google/token"),
        address("google/revoke"),
        address("google/v1/userinfo"),
        address("google/calendar/v3"));
  }

  private URI address(String below) {
    String base = publicUrl.toString();
    return URI.create(
        (base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
            + "/"
            + SEGMENT
            + "/"
            + below);
  }

  /** Everything below {@code /sandbox/}. */
  public Mount mount() {
    return this::answer;
  }

  private Reply answer(Mount.Request request) {
    List<String> path = request.path();
    String first = path.isEmpty() ? "" : path.getFirst();
    List<String> below = path.isEmpty() ? path : path.subList(1, path.size());
    if (first.isEmpty()) {
      return page.show();
    }
    if (first.equals("style.css")) {
      return Pages.style();
    }
    if (first.equals("api")) {
      return api.answer(new Ask(request, withoutSlash(below), root(request, "api")));
    }
    Service service =
        Vendor.of(first)
            .map(services::get)
            .orElseThrow(() -> Problem.notFound("simulated provider"));
    var ask = new Ask(request, below, root(request, first));
    return service.within(ask, () -> withFaults(service, ask));
  }

  private static List<String> withoutSlash(List<String> path) {
    return !path.isEmpty() && path.getLast().isEmpty() ? path.subList(0, path.size() - 1) : path;
  }

  private Reply withFaults(Service service, Ask ask) {
    var fault = faults.ofRequest(service.vendor(), ask.pathText());
    if (fault.isEmpty()) {
      return service.answer(ask);
    }
    Fault wrong = fault.get();
    try {
      Thread.sleep(wrong.delay());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    Reply reply =
        wrong.failing().map(s -> failing(service, s, wrong)).orElseGet(() -> service.answer(ask));
    return wrong.losesAnswer() ? Answers.lost() : reply;
  }

  private static Reply failing(Service service, int status, Fault fault) {
    var body = fault.body();
    if (body == null) {
      return service.failing(status);
    }
    return body.isString()
        ? Answers.text(status, "text/html; charset=utf-8", body.asString())
        : Answers.json(status, body);
  }

  /** As this client reaches it: links in answers have to work for it, whatever is in between. */
  private String root(Mount.Request request, String service) {
    String host =
        request
            .header("Host")
            .filter(name -> HOST.matcher(name).matches())
            .orElse(publicUrl.getRawAuthority());
    boolean own = host.equalsIgnoreCase(publicUrl.getRawAuthority());
    return (own ? publicUrl.getScheme() : "http") + "://" + host + "/" + SEGMENT + "/" + service;
  }

  /** The accounts, for the page that says what may be signed in with. */
  public List<String> emails() {
    return accounts.all().stream().map(Account::email).toList();
  }

  @Override
  public void close() {
    notifier.close();
  }
}
