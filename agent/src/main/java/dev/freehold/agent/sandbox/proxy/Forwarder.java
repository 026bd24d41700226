package dev.freehold.agent.sandbox.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;

/// The program that runs a command within its namespaces and, beside it, carries what comes to a
/// port there to the proxy's Unix socket: most programs reach a proxy by TCP only.
///
/// It decides nothing; the proxy does.
public final class Forwarder {
  /// Where programs find the proxy.
  public static final int PORT = 3128;

  private static final int BACKLOG = 64;
  private static final int CANNOT_RUN = 126;

  private Forwarder() {}

  /// @param arguments the path of the socket, then the command
  public static void main(String[] arguments) throws IOException, InterruptedException {
    UnixDomainSocketAddress proxy = UnixDomainSocketAddress.of(arguments[0]);
    ServerSocket server = new ServerSocket(PORT, BACKLOG, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofPlatform().daemon().start(() -> accept(server, proxy));
    List<String> command = Arrays.asList(arguments).subList(1, arguments.length);
    int exit;
    try {
      exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      System.err.println("freehold: the command cannot be started: " + e.getMessage());
      exit = CANNOT_RUN;
    }
    System.exit(exit);
  }

  private static void accept(ServerSocket server, UnixDomainSocketAddress proxy) {
    while (true) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> carry(client, proxy));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void carry(Socket client, UnixDomainSocketAddress proxy) {
    try (client;
        SocketChannel channel = SocketChannel.open(proxy)) {
      InputStream fromClient = client.getInputStream();
      OutputStream toProxy = Channels.newOutputStream(channel);
      Thread upload =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  fromClient.transferTo(toProxy);
                  channel.shutdownOutput();
                } catch (IOException left) {
                  // as below
                }
              });
      Channels.newInputStream(channel).transferTo(client.getOutputStream());
      client.shutdownOutput();
      upload.join();
    } catch (IOException | InterruptedException left) {
      // either side may leave at any time
    }
  }
}
