package dev.celadon.backdoor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.hub.Hub;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of docs/guide/backdoor.md: the program stands here, and the session is played. */
class BackdoorGuideTest {

  private static final Path GUIDE = Path.of("../docs/guide/backdoor.md");
  private static final Path SELF =
      Path.of("src/test/java/dev/celadon/backdoor/BackdoorGuideTest.java");

  @TempDir Path folder;

  private static String sample(String language) throws IOException {
    Matcher sample =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(GUIDE));
    assertTrue(sample.find(), language);
    return sample.group(1);
  }

  @Test
  void theProgramOfThePageStandsHere() throws IOException {
    String self = Files.readString(SELF).replaceAll("\\s+", "");
    assertTrue(self.contains(sample("java").replaceAll("\\s+", "")));
  }

  @Test
  void theSessionOfThePageIsTrue() throws Exception {
    List<String> orders = new ArrayList<>(List.of("old", "new"));
    StringBuilder seen = new StringBuilder(">>> ");
    Hub.run(
        () -> {
          BackdoorServer backdoor =
              new BackdoorServer(
                  UnixDomainSocketAddress.of(folder.resolve("backdoor")), Map.of("orders", orders));
          backdoor.start();
          try (backdoor;
              BackdoorClient client = new BackdoorClient(backdoor)) {
            play(client, seen);
          }
        });
    assertEquals(sample("text"), seen.toString());
  }

  private static void play(BackdoorClient client, StringBuilder seen) throws IOException {
    List<String> page = sample("text").lines().toList();
    for (int i = 0; i < page.size(); i++) {
      String line = page.get(i);
      if (line.startsWith(">>> ") || line.startsWith("... ")) {
        client.send(line.substring(4) + "\n");
        seen.append(line.substring(4)).append('\n');
        boolean more = i + 1 < page.size() && page.get(i + 1).startsWith("... ");
        if (i + 1 < page.size()) {
          String prompt = more ? "... " : ">>> ";
          seen.append(client.readUntil(prompt)).append(prompt);
        }
      }
    }
  }
}
