package io.linkspan.platform.egress;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace without a way out, seen from inside: every address there is, public and
 * private, leads back to one listener that notes which address was dialled, as {@code reached
 * forbidden|public ADDRESS} on standard output. Its DNS has names that lead astray.
 *
 * <p>{@link Namespace} runs programs in it.
 */
public final class OwnNetwork implements AutoCloseable, Resolver {
  private static final AddressPolicy GUARD = new PublicAddresses(List.of());

  /** Names, and what DNS answers the first and every later time. */
  private static final Map<String, List<List<String>>> DNS =
      Map.of(
          "public.example", List.of(List.of("93.184.215.14")),
          "private.example", List.of(List.of("10.0.0.1")),
          "loopback.example", List.of(List.of("127.0.0.1")),
          "metadata.example", List.of(List.of("169.254.169.254")),
          "mixed.example", List.of(List.of("93.184.215.14", "10.0.0.1")),
          "mixed6.example", List.of(List.of("fd00:ec2::254", "93.184.215.14")),
          "mixed46.example", List.of(List.of("93.184.215.14", "::1")),
          "flips.example", List.of(List.of("93.184.215.14"), List.of("127.0.0.1")),
          "flips6.example", List.of(List.of("2606:4700::1111"), List.of("::1")));

  /** Spellings of addresses that nobody may reach. */
  public static final List<String> HOSTS =
      List.of(
          "127.0.0.1",
          "127.0.0.2",
          "127.255.255.254",
          "localhost",
          "LOCALHOST",
          "localhost.",
          "[::1]",
          "[0:0:0:0:0:0:0:1]",
          "[::]",
          "[::ffff:127.0.0.1]",
          "[::ffff:7f00:1]",
          "[::127.0.0.1]",
          "[::7f00:1]",
          "[64:ff9b::127.0.0.1]",
          "[64:ff9b:1::7f00:1]",
          "[2002:7f00:1::]",
          "[2001:0:7f00:1::]",
          "[::1%25lo]",
          "[::1%lo]",
          "0.0.0.0",
          "0",
          "127.1",
          "127.0.1",
          "2130706433",
          "0x7f000001",
          "0x7F.0.0.1",
          "0177.0.0.1",
          "017700000001",
          "127.0.0.1.",
          "127.000.000.001",
          "①②⑦.0.0.1",
          "１２７.0.0.1",
          "127。0。0。1",
          "%31%32%37.0.0.1",
          "127.0.0.1%00.example.org",
          "example.org@127.0.0.1",
          "example.org%40127.0.0.1",
          "10.0.0.1",
          "10.255.255.255",
          "172.16.0.1",
          "172.31.255.255",
          "192.168.0.1",
          "100.64.0.1",
          "169.254.169.254",
          "[::ffff:169.254.169.254]",
          "0xa9fea9fe",
          "2852039166",
          "[64:ff9b::a9fe:a9fe]",
          "168.63.129.16",
          "[fd00:ec2::254]",
          "100.100.100.200",
          "198.18.0.1",
          "192.0.0.192",
          "192.0.2.1",
          "198.51.100.1",
          "203.0.113.1",
          "192.88.99.1",
          "240.0.0.1",
          "255.255.255.255",
          "224.0.0.1",
          "[fc00::1]",
          "[fdff::1]",
          "[fe80::1]",
          "[fec0::1]",
          "[ff02::1]",
          "[2001:db8::1]",
          "[3fff::1]",
          "[2001:10::1]",
          "[2001:20::1]",
          "[100::1]");

  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final CountDownLatch fence = new CountDownLatch(1);
  private final ServerSocket listener;

  private OwnNetwork(ServerSocket listener) {
    this.listener = listener;
  }

  /**
   * @throws IllegalStateException where something else could be reached
   */
  public static OwnNetwork enter() throws IOException {
    requireANetworkOfOurOwn();
    var listener = new ServerSocket();
    listener.bind(new InetSocketAddress(InetAddress.ofLiteral("::"), 0), 200);
    var network = new OwnNetwork(listener);
    Thread.startVirtualThread(network::listen);
    return network;
  }

  /** Nothing of this may ever be sent where something else could answer. */
  private static void requireANetworkOfOurOwn() throws IOException {
    List<String> names =
        NetworkInterface.networkInterfaces().map(NetworkInterface::getName).toList();
    if (!names.equals(List.of("lo"))) {
      throw new IllegalStateException("this network has more than loopback: " + names);
    }
  }

  /**
   * @param mode {@code guarded} as in production, {@code unguarded} to see what the guard is for
   */
  public static AddressPolicy policy(String mode) {
    return switch (mode) {
      case "guarded" -> GUARD;
      case "unguarded" -> AddressPolicy.ANYWHERE;
      default -> throw new IllegalArgumentException(mode);
    };
  }

  /** Names that DNS knows. */
  public static Set<String> names() {
    return DNS.keySet();
  }

  public int port() {
    return listener.getLocalPort();
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    if (host.equals("localhost")) {
      return List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));
    }
    var answers = DNS.get(host);
    if (answers == null) {
      throw new UnknownHostException(host);
    }
    int times = asked.computeIfAbsent(host, name -> new AtomicInteger()).getAndIncrement();
    return answers.get(Math.min(times, answers.size() - 1)).stream()
        .map(InetAddress::ofLiteral)
        .toList();
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        String address = socket.getLocalAddress().getHostAddress();
        System.out.println(
            "reached "
                + (GUARD.refusal(socket.getLocalAddress()).isPresent() ? "forbidden " : "public ")
                + address);
        Thread.startVirtualThread(() -> answer(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      var in = new Scanner(socket.getInputStream(), StandardCharsets.US_ASCII);
      String line = in.hasNextLine() ? in.nextLine() : "";
      if (line.equals("fence")) {
        fence.countDown();
        return;
      }
      int to = line.indexOf("to=");
      String host = to < 0 ? "" : line.substring(to + 3, line.lastIndexOf(' '));
      String answer =
          to < 0
              ? "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
              : "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: http://%s:%d/\r\nContent-Length: 0\r\n\r\n"
                  .formatted(
                      URLDecoder.decode(host, StandardCharsets.UTF_8), socket.getLocalPort());
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // the caller went away
    }
  }

  /** What came before this connection has been accepted when this one has. */
  public void fence() throws IOException, InterruptedException {
    try (var socket = new Socket(InetAddress.ofLiteral("8.8.8.8"), port())) {
      socket.getOutputStream().write("fence\n".getBytes(StandardCharsets.US_ASCII));
      fence.await();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
