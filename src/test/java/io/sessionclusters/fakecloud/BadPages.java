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
package io.sessionclusters.fakecloud;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sessionclusters.fakecloud.ListSessionClusters.Page;

/** Pages that are answered with 200 and are wrong, as ready-made faults. */
public final class BadPages {

  private BadPages() {}

  /** Every page after the first gives the very token by which it was asked for. */
  public static Fault repeatedToken() {
    return Fault.badPage(
        "repeated token",
        page -> {
          String token = page.call().query("nextToken");
          if (!token.isEmpty()) {
            page.body().put("nextToken", token);
          }
        });
  }

  /** No sessions, but another token, and so for ever. */
  public static Fault endlessEmptyPages() {
    return Fault.badPage(
        "endless empty pages",
        page -> {
          sessions(page.body()).removeAll();
          page.body().put("nextToken", page.anotherToken().get());
        });
  }

  /** The last page has an empty token instead of none. */
  public static Fault emptyTokenAtTheEnd() {
    return Fault.badPage(
        "empty token at the end",
        page -> {
          if (!page.body().has("nextToken")) {
            page.body().put("nextToken", "");
          }
        });
  }

  /** No sessions; the walk goes on as if they had been sent. */
  public static Fault withoutItsSessions() {
    return Fault.badPage("page without its sessions", page -> sessions(page.body()).removeAll());
  }

  /** The first few sessions of the page are not sent. */
  public static Fault lacking(int sessions) {
    return Fault.badPage(
        "page lacking " + sessions,
        page -> {
          ArrayNode list = sessions(page.body());
          for (int i = 0; i < sessions && !list.isEmpty(); i++) {
            list.remove(0);
          }
        });
  }

  /** The sessions of the page come twice. */
  public static Fault withEverySessionTwice() {
    return Fault.badPage(
        "every session twice",
        page -> {
          ArrayNode list = sessions(page.body());
          list.addAll(list.deepCopy());
        });
  }

  /** A null before each session. */
  public static Fault withNullElements() {
    return Fault.badPage(
        "null elements",
        page -> {
          ArrayNode list = sessions(page.body());
          for (int i = list.size(); i >= 0; i--) {
            list.insertNull(i);
          }
        });
  }

  /** No {@code sessionClusters} at all. */
  public static Fault withoutTheList() {
    return Fault.badPage("page without the list", page -> page.body().remove("sessionClusters"));
  }

  /** {@code sessionClusters} is a text, {@code totalCount} an object. */
  public static Fault ofWrongTypes() {
    return Fault.badPage(
        "wrong types",
        page -> {
          page.body().put("sessionClusters", "none today");
          page.body().putObject("totalCount").put("value", 1);
        });
  }

  /** The page is well-formed, but each session's name, state reason and time have wrong types. */
  public static Fault ofWrongFieldTypes() {
    return Fault.badPage(
        "wrong field types",
        page ->
            sessions(page.body())
                .forEach(
                    session -> {
                      var fields = (ObjectNode) session;
                      fields.putArray("name").add(1);
                      fields.put("stateChangeReason", "ok");
                      fields.putObject("gmtCreate");
                    }));
  }

  /** {@code totalCount} is that number on every page. */
  public static Fault totalCount(int count) {
    return Fault.badPage("totalCount " + count, page -> page.body().put("totalCount", count));
  }

  /** {@code totalCount} is too high, or with a negative number too low. */
  public static Fault totalCountOffBy(int difference) {
    return Fault.badPage(
        "totalCount off by " + difference, page -> addToTotalCount(page, difference));
  }

  /** {@code totalCount} is right on the first page and one higher on each further one. */
  public static Fault totalCountGrowing() {
    return Fault.badPage(
        "totalCount growing", page -> addToTotalCount(page, page.call().page() - 1));
  }

  /** {@code totalCount} counts all sessions of the workspace, whatever the filter. */
  public static Fault totalCountIgnoringFilters() {
    return Fault.badPage(
        "totalCount ignoring filters", page -> page.body().put("totalCount", page.workspaceSize()));
  }

  /** No {@code totalCount}. */
  public static Fault withoutTotalCount() {
    return Fault.badPage("no totalCount", page -> page.body().remove("totalCount"));
  }

  private static void addToTotalCount(Page page, int difference) {
    page.body().put("totalCount", page.body().path("totalCount").asInt() + difference);
  }

  private static ArrayNode sessions(ObjectNode body) {
    return body.withArray("sessionClusters");
  }
}
