/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.sessionclusters.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.docs.MarkdownFile;
import io.sessionclusters.support.PrometheusPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The chart's alerts in promtool's hands. */
class AlertsIT {

  private static final Path ALERTS = Chart.FOLDER.resolve("files/alerts.yaml");
  private static final Path TESTS = Path.of("src/test/resources/alerts/alerts-test.yaml");

  @Test
  void theyAreRulesThatPrometheusTakes() throws Exception {
    assertThat(promtool("check", "rules", "--lint-fatal", ALERTS.toString())).contains("SUCCESS");
  }

  @Test
  void theyFireWhenTheyShallAndOnlyThen() throws Exception {
    assertThat(promtool("test", "rules", TESTS.toString())).contains("SUCCESS");
  }

  @Test
  void eachIsSeenToFireAndNotToFire() throws IOException {
    List<String> alerts = found(ALERTS, "- alert: (\\w+)");
    assertThat(alerts).hasSize(7);

    assertThat(found(TESTS, "alertname: (\\w+)\\s+exp_alerts:\\s+- exp_labels"))
        .containsExactlyInAnyOrderElementsOf(alerts);
    assertThat(found(TESTS, "eval_time: 60m, alertname: (\\w+)}"))
        .containsExactlyInAnyOrderElementsOf(alerts);
  }

  @Test
  void eachLeadsToASectionOfThePages() throws IOException {
    assertThat(found(ALERTS, "runbook_url: \"([^\"]+)\""))
        .hasSize(7)
        .allSatisfy(
            url -> {
              String[] parts = url.split("#", -1);
              assertThat(parts).hasSize(2);
              assertThat(MarkdownFile.read(Path.of(parts[0])).anchors()).contains(parts[1]);
            });
  }

  /** Who has a copy of the pages somewhere names it. */
  @Test
  void theChartPutsAnotherPlaceOfThePagesBeforeThem() {
    String rules =
        Chart.render("prometheusRule: {enabled: true, runbookUrl: 'https://git.example.com/docs/'}")
            .text();

    assertThat(rules)
        .contains("runbook_url: \"https://git.example.com/docs/concepts.md#the-prune-guard\"")
        .doesNotContain("src/site/markdown");
  }

  private static List<String> found(Path file, String pattern) throws IOException {
    return Pattern.compile(pattern)
        .matcher(Files.readString(file))
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  private static String promtool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.addFirst(PrometheusPrograms.get().promtool().toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
