package io.linkspan.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.UUID;

/**
 * All receivers of a measurement, in one thread: answers {@code 204} to whatever is posted to
 * {@code /NUMBER}, and writes down what came when. It shares the processors with what it measures,
 * so it does nothing else.
 *
 * <p>Its first line says its port, and those of two black holes: one takes connections and never
 * answers, one does not even take them. After that {@code count} answers how many requests came,
 * and {@code flush} the same when all of them are in the ledger.
 */
final class WebhookReceiver {
  private static final byte[] ANSWER =
      "HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ID = "webhook-id: ".getBytes(StandardCharsets.US_ASCII);
  private static final int ID_LENGTH = 36;

  /** Bytes of one arrival in the ledger: id, endpoint, time. */
  static final int ENTRY = 16 + 4 + 8;

  private final Selector selector = Selector.open();
  private final FileChannel ledger;
  private final ByteBuffer unwritten = ByteBuffer.allocateDirect(ENTRY * 20_000);
  private volatile long count;
  private volatile boolean flushing;

  private WebhookReceiver(Path file) throws IOException {
    ledger = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** One request that came. */
  record Arrival(UUID event, int endpoint, long at) {}

  static List<Arrival> read(Path ledger) throws IOException {
    try (var channel = FileChannel.open(ledger)) {
      var bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      var arrivals = new ArrayList<Arrival>((int) (channel.size() / ENTRY));
      while (bytes.remaining() >= ENTRY) {
        arrivals.add(
            new Arrival(
                new UUID(bytes.getLong(), bytes.getLong()), bytes.getInt(), bytes.getLong()));
      }
      return arrivals;
    }
  }

  public static void main(String[] arguments) throws IOException {
    var receiver = new WebhookReceiver(Path.of(arguments[0]));
    var server = listen(4_096);
    server.configureBlocking(false);
    server.register(receiver.selector, SelectionKey.OP_ACCEPT);
    var silent = listen(4_096);
    silent.configureBlocking(false);
    silent.register(receiver.selector, SelectionKey.OP_ACCEPT, silent);
    var closed = listen(1);
    List<SocketChannel> fill = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      // as soon as nobody fits in any more, the kernel drops every SYN
      var channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.connect(closed.getLocalAddress());
      fill.add(channel);
    }
    System.out.println(port(server) + " " + port(silent) + " " + port(closed));
    Thread.ofPlatform().daemon().start(receiver::listenToCommands);
    receiver.serve();
  }

  private static ServerSocketChannel listen(int backlog) throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), backlog);
  }

  private static int port(ServerSocketChannel channel) throws IOException {
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  private void listenToCommands() {
    var commands = new Scanner(System.in, StandardCharsets.UTF_8);
    while (commands.hasNextLine()) {
      if (commands.nextLine().equals("flush")) {
        flushing = true;
        selector.wakeup();
      } else {
        System.out.println(count);
      }
    }
    System.exit(0);
  }

  private void serve() throws IOException {
    while (true) {
      selector.select(this::ready);
      if (flushing) {
        write();
        flushing = false;
        System.out.println(count);
      }
    }
  }

  private void ready(SelectionKey key) {
    try {
      if (key.channel() instanceof ServerSocketChannel server) {
        var channel = server.accept();
        channel.configureBlocking(false);
        channel.socket().setTcpNoDelay(true);
        boolean answers = key.attachment() == null;
        if (answers) {
          channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(16 * 1024));
        }
      } else {
        read((SocketChannel) key.channel(), (ByteBuffer) key.attachment());
      }
    } catch (IOException gone) {
      key.cancel();
    }
  }

  private void read(SocketChannel channel, ByteBuffer buffer) throws IOException {
    if (channel.read(buffer) < 0) {
      channel.close();
      return;
    }
    byte[] bytes = buffer.array();
    int from = 0;
    while (true) {
      int body = endOfHeaders(bytes, from, buffer.position());
      if (body < 0) {
        break;
      }
      int end = body + number(bytes, find(bytes, from, body, LENGTH));
      if (end > buffer.position()) {
        break;
      }
      note(bytes, from, body);
      channel.write(ByteBuffer.wrap(ANSWER));
      from = end;
    }
    if (from > 0) {
      buffer.flip().position(from);
      buffer.compact();
    }
  }

  private void note(byte[] bytes, int from, int body) throws IOException {
    if (unwritten.remaining() < ENTRY) {
      write();
    }
    var id =
        UUID.fromString(
            new String(bytes, find(bytes, from, body, ID), ID_LENGTH, StandardCharsets.ISO_8859_1));
    unwritten
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .putInt(number(bytes, from + "POST /".length()))
        .putLong(System.nanoTime());
    count++;
  }

  private void write() throws IOException {
    unwritten.flip();
    while (unwritten.hasRemaining()) {
      ledger.write(unwritten);
    }
    unwritten.clear();
  }

  private static int endOfHeaders(byte[] bytes, int from, int to) {
    for (int i = from + 3; i < to; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /** Where a header's value begins. */
  private static int find(byte[] bytes, int from, int to, byte[] name) {
    for (int i = from; i < to - name.length; i++) {
      if (bytes[i] == '\n' && matches(bytes, i + 1, name)) {
        return i + 1 + name.length;
      }
    }
    throw new IllegalStateException(
        "a request without " + new String(name, StandardCharsets.US_ASCII));
  }

  private static boolean matches(byte[] bytes, int at, byte[] name) {
    for (int i = 0; i < name.length; i++) {
      int letter = bytes[at + i];
      if ((letter >= 'A' && letter <= 'Z' ? letter + 32 : letter) != name[i]) {
        return false;
      }
    }
    return true;
  }

  private static int number(byte[] bytes, int at) {
    int number = 0;
    for (int i = at; bytes[i] >= '0' && bytes[i] <= '9'; i++) {
      number = number * 10 + bytes[i] - '0';
    }
    return number;
  }
}
