package io.linkspan.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Scanner;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Integrators that publish events over HTTP, on connections that are kept open, and write down what
 * was accepted when.
 *
 * <p>Each line that it is told is an {@link Order} or {@code received N}: how many deliveries
 * arrived. An order is answered when it is done, by {@link Result}.
 */
final class WebhookGenerator {
  private static final int DATA = 1_024;
  private static final long STEP = 200_000;

  /** Bytes of one event in the ledger: id, organizer, topic, when it was sent and accepted. */
  private static final int ENTRY = 16 + 4 + 4 + 8 + 8;

  private final int port;
  private final List<String> keys;
  private final DataOutputStream ledger;
  private final byte[][] datas = new byte[32][];
  private volatile long received;

  private WebhookGenerator(int port, Path keys, Path ledger) throws IOException {
    this.port = port;
    this.keys = Files.readAllLines(keys);
    this.ledger =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(ledger), 1 << 20));
    var random = new Random(1);
    for (int i = 0; i < datas.length; i++) {
      datas[i] = data(random);
    }
  }

  /**
   * What to publish.
   *
   * @param organizer the first of them
   * @param topics how many types each organizer's events have, in turn
   * @param eventsPerSecond at which they are sent, whatever becomes of them; 0: as fast as {@code
   *     window} lets them
   * @param batch events of one request
   * @param connections requests under way at most
   * @param window deliveries under way at most, where there is no pace
   * @param fanOut deliveries of one event
   * @param events after which it ends
   */
  record Order(
      int organizer,
      int organizers,
      int topics,
      double eventsPerSecond,
      int batch,
      double seconds,
      int connections,
      long window,
      int fanOut,
      long events) {
    String line() {
      return "%d %d %d %s %d %s %d %d %d %d"
          .formatted(
              organizer,
              organizers,
              topics,
              eventsPerSecond,
              batch,
              seconds,
              connections,
              window,
              fanOut,
              events);
    }

    static Order read(String line) {
      var words = line.split(" ");
      return new Order(
          Integer.parseInt(words[0]),
          Integer.parseInt(words[1]),
          Integer.parseInt(words[2]),
          Double.parseDouble(words[3]),
          Integer.parseInt(words[4]),
          Double.parseDouble(words[5]),
          Integer.parseInt(words[6]),
          Long.parseLong(words[7]),
          Integer.parseInt(words[8]),
          Long.parseLong(words[9]));
    }
  }

  /**
   * What came of it.
   *
   * @param from nanoseconds of the machine's clock
   * @param accepted events
   * @param refused requests that were answered by something else than 202
   * @param broken requests without an answer
   */
  record Result(long from, long to, long accepted, long refused, long broken, String refusal) {
    static Result read(String line) {
      var words = line.split(" ", 6);
      return new Result(
          Long.parseLong(words[0]),
          Long.parseLong(words[1]),
          Long.parseLong(words[2]),
          Long.parseLong(words[3]),
          Long.parseLong(words[4]),
          words[5]);
    }
  }

  /** An event that was accepted; {@code sent} is when it should have been sent. */
  record Accepted(UUID event, int organizer, int topic, long sent, long at) {}

  static List<Accepted> read(Path ledger) throws IOException {
    try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(ledger)))) {
      int entries = (int) (Files.size(ledger) / ENTRY);
      var events = new ArrayList<Accepted>(entries);
      for (int i = 0; i < entries; i++) {
        events.add(
            new Accepted(
                new UUID(in.readLong(), in.readLong()),
                in.readInt(),
                in.readInt(),
                in.readLong(),
                in.readLong()));
      }
      return events;
    }
  }

  /** Of 1 KB. */
  private static byte[] data(Random random) {
    var data =
        new StringBuilder(
            "{\"booking\":{\"title\":\"Quarterly review\",\"seats\":12},\"notes\":\"");
    while (data.length() < DATA - 2) {
      data.append((char) (random.nextInt(6) == 0 ? ' ' : 'a' + random.nextInt(26)));
    }
    return data.append("\"}").toString().getBytes(StandardCharsets.US_ASCII);
  }

  public static void main(String[] arguments) throws Exception {
    var generator =
        new WebhookGenerator(
            Integer.parseInt(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
    var commands = new Scanner(System.in, StandardCharsets.UTF_8);
    while (commands.hasNextLine()) {
      String command = commands.nextLine();
      if (command.startsWith("received ")) {
        generator.received = Long.parseLong(command.substring("received ".length()));
      } else {
        var run = generator.new Run(Order.read(command));
        Thread.ofPlatform().start(run::toItsEnd);
      }
    }
    System.exit(0);
  }

  private final class Run {
    private final Order order;
    private final long from = System.nanoTime();
    private final long end;
    private final long receivedBefore = received;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private volatile String refusal = "";

    Run(Order order) {
      this.order = order;
      this.end = from + (long) (order.seconds() * 1e9);
    }

    void toItsEnd() {
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < order.connections(); i++) {
        threads.add(Thread.ofPlatform().start(this::publish));
      }
      try {
        for (var thread : threads) {
          thread.join();
        }
        synchronized (ledger) {
          ledger.flush();
        }
      } catch (InterruptedException | IOException e) {
        throw new IllegalStateException(e);
      }
      System.out.printf(
          "%d %d %d %d %d %s%n",
          from,
          System.nanoTime(),
          accepted.get(),
          refused.get(),
          broken.get(),
          refusal.lines().findFirst().orElse(""));
    }

    private void publish() {
      try (var connection = new Connection()) {
        while (true) {
          long number = requests.getAndIncrement();
          long at = from;
          if (order.eventsPerSecond() > 0) {
            at += (long) (number * order.batch() * 1e9 / order.eventsPerSecond());
          }
          if (number * order.batch() >= order.events() || !awaitTurn(number, at)) {
            return;
          }
          publish(connection, number, order.eventsPerSecond() > 0 ? at : System.nanoTime());
        }
      }
    }

    private boolean awaitTurn(long number, long at) {
      if (order.eventsPerSecond() > 0) {
        for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        return at < end && System.nanoTime() < end + 1_000_000_000L;
      }
      while (System.nanoTime() < end) {
        long under = (number + 1) * order.batch() * order.fanOut() - (received - receivedBefore);
        if (under <= order.window()) {
          return true;
        }
        LockSupport.parkNanos(STEP);
      }
      return false;
    }

    private void publish(Connection connection, long number, long sent) {
      int organizer = order.organizer() + (int) (number % order.organizers());
      int firstTopic = (int) (number / order.organizers() % order.topics());
      try {
        int status = connection.post(organizer, firstTopic, order);
        long now = System.nanoTime();
        if (status != 202) {
          refused.incrementAndGet();
          refusal = status + " " + connection.body;
          return;
        }
        accepted.addAndGet(note(connection.body, organizer, firstTopic, sent, now));
      } catch (IOException e) {
        broken.incrementAndGet();
        refusal = e.toString();
        connection.close();
        LockSupport.parkNanos(100_000_000);
      }
    }

    private int note(String body, int organizer, int firstTopic, long sent, long now)
        throws IOException {
      int count = 0;
      synchronized (ledger) {
        for (int at = body.indexOf("\"id\":\""); at >= 0; at = body.indexOf("\"id\":\"", at + 6)) {
          var id = UUID.fromString(body.substring(at + 6, at + 6 + 36));
          ledger.writeLong(id.getMostSignificantBits());
          ledger.writeLong(id.getLeastSignificantBits());
          ledger.writeInt(organizer);
          ledger.writeInt((firstTopic + count) % order.topics());
          ledger.writeLong(sent);
          ledger.writeLong(now);
          count++;
        }
      }
      return count;
    }
  }

  /** HTTP/1.1 as far as it is needed: the JDK's client costs as much as the server. */
  private final class Connection implements AutoCloseable {
    private final byte[] buffer = new byte[256 * 1024];
    private Socket socket;
    private String body = "";

    int post(int organizer, int firstTopic, Order order) throws IOException {
      var content = new StringBuilder();
      for (int i = 0; i < order.batch(); i++) {
        content
            .append(i == 0 ? "[" : ",")
            .append("{\"type\":\"bench.t")
            .append((firstTopic + i) % order.topics())
            .append("\",\"data\":")
            .append(
                new String(datas[(firstTopic * 7 + i) % datas.length], StandardCharsets.ISO_8859_1))
            .append('}');
      }
      byte[] request =
          ("""
          POST /api/v1/events/ HTTP/1.1\r
          Host: 127.0.0.1\r
          Authorization: Bearer %s\r
          Content-Type: application/json\r
          Content-Length: %d\r
          \r
          """
                      .formatted(keys.get(organizer), content.length() + 1)
                  + content
                  + "]")
              .getBytes(StandardCharsets.ISO_8859_1);
      if (socket == null) {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
      }
      socket.getOutputStream().write(request);
      return read(socket.getInputStream());
    }

    private int read(InputStream in) throws IOException {
      int length = 0;
      int whole = -1;
      int head = -1;
      while (whole < 0 || length < whole) {
        int n = in.read(buffer, length, buffer.length - length);
        if (n < 0) {
          throw new IOException("the connection ended");
        }
        length += n;
        if (whole < 0) {
          var text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
          head = text.indexOf("\r\n\r\n");
          if (head >= 0) {
            int at = text.toLowerCase(java.util.Locale.ROOT).indexOf("\ncontent-length: ");
            whole =
                head
                    + 4
                    + Integer.parseInt(text.substring(at + 17, text.indexOf('\r', at)).strip());
          }
        }
      }
      body = new String(buffer, head + 4, whole - head - 4, StandardCharsets.ISO_8859_1);
      return Integer.parseInt(new String(buffer, 9, 3, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
      try {
        if (socket != null) {
          socket.close();
        }
      } catch (IOException e) {
        // it was closed already
      }
      socket = null;
    }
  }
}
