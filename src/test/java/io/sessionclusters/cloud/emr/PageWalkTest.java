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
package io.sessionclusters.cloud.emr;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Listing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * When pages fit together; each page is written as {@code count:ids}, one without its list as
 * {@code count:!}.
 */
class PageWalkTest {

  @ParameterizedTest
  @CsvSource({
    "the count fits, 3:ab 3:c",
    "the count is on one page only, 3:ab -:c",
    "no count, -:ab -:c",
    "nothing, 0:",
    "nothing and no count, -:",
    "a count below the number of ids, 1:ab 1:c",
    "a count of zero, 0:ab",
    "an id came twice and the count says that none is missing, 3:ab 3:bc",
    "a negative count beside sessions, -7:ab",
    "no list but the count says that there are none, 0:!",
    "an empty page in between, 2:ab 2: 2:",
    "an empty last page and a count below the number of ids, 1:ab 1:",
  })
  void complete(String name, String pages) throws IOException {
    assertThat(walk(pages)).as(name).isInstanceOf(Listing.Complete.class);
  }

  @ParameterizedTest
  @CsvSource({
    "a count above the number of ids, 4:ab 4:c",
    "the count counts an id that came twice, 4:ab 4:bc",
    "a count above the number of ids and an empty page in between, 4:ab 4: 4:c",
  })
  void tornByTheCountAlone(String name, String pages) throws IOException {
    assertThat(walk(pages))
        .as(name)
        .isInstanceOfSatisfying(
            Listing.Torn.class,
            torn -> {
              assertThat(torn.cause()).isEqualTo(Listing.Cause.OVERSTATED);
              assertThat(torn.detail()).isNotBlank();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "the count grew, 3:ab 4:cd, TOTAL_MOVED",
    "the count shrank, 4:ab 3:c, TOTAL_MOVED",
    "the count changed and came back, 3:a 4:b 3:c, TOTAL_MOVED",
    "one was created before the others and its neighbour came twice, 4:ab 5:bc 5:d, TOTAL_MOVED",
    "the count moved and shows fewer than the lowest, 8:ab 9:c, SHOWS_TOO_FEW",
    "the count moved and an id came twice, 3:ab 2:bc, CAME_TWICE",
    "an id came twice and there is no count, -:ab -:bc, CAME_TWICE",
    "an id came twice on one page and there is no count, -:aa, CAME_TWICE",
    "an id came twice and the count is below the ids, 2:ab 2:bc, CAME_TWICE",
    "a session without id, 1:a_, WITHOUT_ID",
    "a session without id and a count above, 9:a_, WITHOUT_ID",
    "a session without id and a count that moves, 1:a_ 2:b, WITHOUT_ID",
    "nothing but a session without id, 0:_, WITHOUT_ID",
    "a count but nothing shown, 4:, SAYS_NOTHING",
    "a count that is none and nothing shown, -7:, SAYS_NOTHING",
    "nothing shown and a count that moves, 4: 0:, SAYS_NOTHING",
    "nothing shown and a count that comes late, 0: 4:, SAYS_NOTHING",
    "no list and no count, -:!, SAYS_NOTHING",
    "no list and a count, 4:!, SAYS_NOTHING",
    "the second page has no list, -:ab -:!, SAYS_NOTHING",
    "the first page has no list, -:! -:ab, SAYS_NOTHING",
    "the second page has no list and the count fits what was shown, 2:ab 2:!, SAYS_NOTHING",
    "the first page has no list and the count fits what was shown, 2:! 2:ab, SAYS_NOTHING",
    "the second page has no list and the count is above, 4:ab 4:!, SAYS_NOTHING",
    "the second page has no list and the count is below, 1:ab 1:!, SAYS_NOTHING",
    "the second page has no list and the count moved to what is shown, 3:ab 2:!, SAYS_NOTHING",
    "an empty page and one without a list, -: -:!, SAYS_NOTHING",
    "the last page is empty and the count is above what was shown, 4:ab 4:, SAYS_NOTHING",
    "the last page is empty and no other counts, -:ab 4:, SAYS_NOTHING",
  })
  void tornOtherwise(String name, String pages, Listing.Cause cause) throws IOException {
    assertThat(walk(pages))
        .as(name)
        .isInstanceOfSatisfying(
            Listing.Torn.class,
            torn -> {
              assertThat(torn.cause()).isEqualTo(cause);
              assertThat(torn.cause()).isNotEqualTo(Listing.Cause.OVERSTATED);
              assertThat(torn.detail()).isNotBlank();
            });
  }

  @Test
  void anErrorCodeBesideSessionsTearsTheListing() throws IOException {
    var walk = new PageWalk(10, 100);
    walk.add(page("{\"sessionClusters\": [{\"sessionClusterId\": \"a\"}], \"code\": \"Partial\"}"));

    assertThat(walk.listing())
        .isInstanceOfSatisfying(
            Listing.Torn.class,
            torn -> assertThat(torn.cause()).isEqualTo(Listing.Cause.ERROR_CODE));
  }

  @Test
  void theLastOccurrenceOfAnIdCounts() throws IOException {
    var walk = new PageWalk(10, 100);
    walk.add(
        page(
            """
            {"nextToken": "1", "totalCount": 2, "sessionClusters": [
              {"sessionClusterId": "a", "state": "Starting"}, {"sessionClusterId": "b"}]}
            """));
    walk.add(
        page(
            """
            {"totalCount": 2, "sessionClusters": [
              {"sessionClusterId": "a", "state": "Running"}]}
            """));

    assertThat(walk.listing())
        .isInstanceOfSatisfying(
            Listing.Complete.class,
            complete ->
                assertThat(complete.sessions())
                    .extracting(CloudSession::sessionClusterId, CloudSession::state)
                    .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", "Running"),
                        org.assertj.core.groups.Tuple.tuple("b", null)));
  }

  @Test
  void theSessionsOfOneListingAreBounded() throws IOException {
    var walk = new PageWalk(10, 2);

    assertThat(walk.add(page("{\"nextToken\": \"1\", \"sessionClusters\": []}"))).isNull();
    CloudError error =
        walk.add(
            page(
                "{\"nextToken\": \"2\", \"sessionClusters\": [{\"sessionClusterId\": \"a\"},"
                    + " {\"sessionClusterId\": \"b\"}]}"));
    assertThat(Objects.requireNonNull(error).kind()).isEqualTo(CloudError.Kind.TOO_MANY_PAGES);
  }

  private static Listing walk(String pages) throws IOException {
    String[] all = pages.split(" ", -1);
    var walk = new PageWalk(10, 100);
    for (int i = 0; i < all.length; i++) {
      int colon = all[i].indexOf(':');
      String count = all[i].substring(0, colon);
      var json = new StringBuilder("{\"requestId\": \"r\"");
      if (i < all.length - 1) {
        json.append(", \"nextToken\": \"").append(i).append('"');
      }
      if (!count.equals("-")) {
        json.append(", \"totalCount\": ").append(count);
      }
      String ids = all[i].substring(colon + 1);
      boolean hasList = !ids.equals("!");
      json.append(hasList ? ", \"sessionClusters\": [" : ", \"sessionClusters\": null");
      ids = hasList ? ids : "";
      for (int k = 0; k < ids.length(); k++) {
        String id = ids.charAt(k) == '_' ? "" : ids.substring(k, k + 1);
        json.append(k == 0 ? "" : ",").append("{\"sessionClusterId\": \"").append(id).append("\"}");
      }
      assertThat(walk.atEnd()).isEqualTo(i == 0);
      assertThat(walk.add(page(json.append(hasList ? "]}" : "}").toString()))).isNull();
    }
    assertThat(walk.atEnd()).isTrue();
    return walk.listing();
  }

  private static Page page(String json) throws IOException {
    return PageReader.read(
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Sessions.uncounted(), 100);
  }
}
