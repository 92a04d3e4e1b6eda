package dev.celadon.dnsjava;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A name server on loopback with two threads of its own, one for UDP and one for TCP. */
final class FakeNameServer implements AutoCloseable {

  /** What is asked, as "name type", and the records that answer it. */
  private final Map<String, List<Record>> records = new ConcurrentHashMap<>();

  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final Set<String> silent = ConcurrentHashMap.newKeySet();
  private final Set<String> tooLong = ConcurrentHashMap.newKeySet();
  private final Set<String> forged = ConcurrentHashMap.newKeySet();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private final ServerSocket tcp;
  private final DatagramSocket udp;

  FakeNameServer() throws IOException {
    tcp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    udp = new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::serveUdp);
    Thread.ofPlatform().daemon().start(this::serveTcp);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort());
  }

  /** Questions in order, each as "udp name type" or "tcp name type". */
  List<String> asked() {
    return asked;
  }

  void answer(String question, String... texts) {
    records.put(question, Arrays.stream(texts).map(text -> Records.parse(text)).toList());
  }

  void fail(String question, int rcode) {
    failures.put(question, rcode);
  }

  void beSilent(String question) {
    silent.add(question);
  }

  void speakUp(String question) {
    silent.remove(question);
  }

  /** Answers that do not fit into a datagram. */
  void beTooLong(String question) {
    tooLong.add(question);
  }

  /** Somebody else answers first, under another number. */
  void beForged(String question) {
    forged.add(question);
  }

  private byte[] answerTo(byte[] data, String way) throws IOException {
    Message query = new Message(data);
    String question =
        query.getQuestion().getName()
            + " "
            + org.xbill.DNS.Type.string(query.getQuestion().getType());
    asked.add(way + " " + question);
    if (silent.contains(question)) {
      return null;
    }
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.RA);
    answer.addRecord(query.getQuestion(), Section.QUESTION);
    List<Record> found = records.get(question);
    if (failures.containsKey(question)) {
      answer.getHeader().setRcode(failures.get(question));
    } else if (way.equals("udp") && tooLong.contains(question)) {
      answer.getHeader().setFlag(Flags.TC);
    } else if (found != null) {
      found.forEach(record -> answer.addRecord(record, Section.ANSWER));
    } else if (records.keySet().stream()
        .noneMatch(known -> known.startsWith(query.getQuestion().getName() + " "))) {
      answer.getHeader().setRcode(Rcode.NXDOMAIN);
    }
    return answer.toWire();
  }

  private void serveUdp() {
    byte[] buffer = new byte[4096];
    while (!udp.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        byte[] data = Arrays.copyOf(buffer, packet.getLength());
        byte[] answer = answerTo(data, "udp");
        if (answer == null) {
          continue;
        }
        if (!forged.isEmpty()) {
          byte[] other = answer.clone();
          other[0] ^= 1;
          udp.send(new DatagramPacket(other, other.length, packet.getSocketAddress()));
        }
        udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException e) {
        // closed, or the asker has gone
      }
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket socket = tcp.accept()) {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] data = new byte[in.readUnsignedShort()];
        in.readFully(data);
        byte[] answer = answerTo(data, "tcp");
        if (answer != null) {
          socket
              .getOutputStream()
              .write(
                  ByteBuffer.allocate(answer.length + 2)
                      .putShort((short) answer.length)
                      .put(answer)
                      .array());
        }
      } catch (IOException e) {
        // closed, or the asker has gone
      }
    }
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }
}
