package dev.celadon.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PlotsTest {

  @Test
  void everyGroupHasItsFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("latest.json");
    List<Path> written = Plots.write(Findings.results(), file);
    assertEquals(
        List.of("hub.svg", "network.svg", "zeromq.svg"),
        written.stream().map(path -> path.getFileName().toString()).toList());
    for (Path path : written) {
      assertEquals("svg", parse(Files.readString(path)).getDocumentElement().getTagName());
    }
  }

  @Test
  void barsTellTheRatioAndBothCosts() throws Exception {
    List<Measured> sides = Findings.of(Findings.named("zmq-rtt"), 15.5, 120.25, 60);
    Document svg = parse(Plots.bars(sides, "ZeroMQ sockets, a < b"));
    List<String> texts = texts(svg);
    assertTrue(texts.contains("ZeroMQ sockets, a < b"), texts::toString);
    assertTrue(texts.contains("zmq-rtt"), texts::toString);
    assertTrue(texts.contains("virtual-thread"), texts::toString);
    assertTrue(texts.contains("0.13"), texts::toString);
    assertTrue(texts.contains("16 / 120 ns"), texts::toString);
    assertTrue(texts.contains("a<b&c"), texts::toString);
    assertTrue(texts.contains("failed"), texts::toString);
    assertTrue(texts.contains("not to be had"), texts::toString);
    assertEquals(2, svg.getElementsByTagName("rect").getLength());
  }

  @Test
  void aBarReachesFromOneToItsRatio() throws Exception {
    Case one = Findings.named("switch");
    Document half = parse(Plots.bars(Findings.of(one, 100, 200, 50), ""));
    Element less = (Element) half.getElementsByTagName("rect").item(0);
    Element more = (Element) half.getElementsByTagName("rect").item(1);
    assertEquals("less", less.getAttribute("class"));
    assertEquals("more", more.getAttribute("class"));
    double lessEnds = number(less, "x") + number(less, "width");
    assertEquals(lessEnds, number(more, "x"), 0.11);
    assertEquals(number(less, "width"), number(more, "width"), 0.11);
  }

  @Test
  void growthHasALineForEachSide(@TempDir Path folder) throws Exception {
    List<Path> written = Plots.write(Findings.grown(), folder.resolve("growth.json"));
    assertEquals(List.of(folder.resolve("growth-hub.svg")), written);
    Document svg = parse(Files.readString(written.getFirst()));
    assertEquals(3, svg.getElementsByTagName("path").getLength());
    List<String> texts = texts(svg);
    assertTrue(texts.contains("100,000"), texts::toString);
    assertTrue(texts.contains("celadon 300"), texts::toString);
    assertTrue(texts.contains("virtual-thread 210"), texts::toString);
  }

  @Test
  void plotsMadeAgainFromTheFileAreTheSame(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("latest.json");
    Results results = Findings.results();
    results.write(file);
    Path plot = Plots.write(results, file).getFirst();
    String first = Files.readString(plot);
    Plots.write(Results.read(file), file);
    assertEquals(first, Files.readString(plot));
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  private static List<String> texts(Document svg) {
    NodeList all = svg.getElementsByTagName("text");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      texts.add(all.item(i).getTextContent());
    }
    return texts;
  }
}
