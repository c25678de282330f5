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
package io.sessionclusters.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the cloud's API answered to whom, as it left the cloud: what an operator can know at the
 * most.
 */
final class Served {

  /**
   * What was asked for.
   *
   * @param process that asked
   * @param keyId access key id
   * @param id null for a listing
   */
  record Question(
      String process,
      String keyId,
      SimPlace place,
      @Nullable String kind,
      @Nullable String queueName,
      @Nullable String id) {}

  /**
   * An answer.
   *
   * @param asked virtual nanoseconds when the request came
   * @param answered when the answer left
   * @param fault null for a right one
   * @param shown the sessions in a readable answer
   * @param explicitNothing a readable answer with an empty list and no count above it
   */
  record Reply(
      Question question,
      long asked,
      long answered,
      @Nullable CloudFault fault,
      List<SimSession> shown,
      boolean explicitNothing) {}

  /**
   * A request for the first page of a listing, whatever became of it.
   *
   * @param at virtual nanoseconds
   */
  record Ask(Question question, long at) {}

  /** The pages of one listing, from the first one on. */
  static final class Walk {

    final Question question;
    final long began;
    final Map<String, SimSession> sessions = new HashMap<>();

    /** Sessions that came without a name, a state or a kind. */
    final Set<String> incomplete = new HashSet<>();

    /** When its last page left; negative while it is under way or if it broke off. */
    long ended = -1;

    /** What the pages counted. */
    final Set<Integer> totals = new HashSet<>();

    boolean cameTwice;

    /** Whether its pages do not fit together. */
    boolean isTorn() {
      return cameTwice || totals.size() > 1 || totals.stream().anyMatch(t -> t > sessions.size());
    }

    Walk(Question question, long began) {
      this.question = question;
      this.began = began;
    }
  }

  /** One session as one answer showed it. */
  record Sight(long at, Question question, SimSession session, Set<CloudQuirks.Omission> without) {}

  private final List<Reply> replies = new ArrayList<>();
  private final List<Ask> asks = new ArrayList<>();
  private final List<Walk> walks = new ArrayList<>();
  private final Map<SimPlace, Map<String, List<Sight>>> sights = new HashMap<>();

  int begin(Question question, long now) {
    walks.add(new Walk(question, now));
    return walks.size() - 1;
  }

  Walk walk(int number) {
    return walks.get(number);
  }

  List<Walk> walks() {
    return walks;
  }

  List<Reply> replies() {
    return replies;
  }

  /** All listings that were begun, in the order of time. */
  List<Ask> asks() {
    return asks;
  }

  void asked(Question question, long at) {
    asks.add(new Ask(question, at));
  }

  void add(Reply reply) {
    replies.add(reply);
  }

  void saw(long at, Question question, SimSession session, Set<CloudQuirks.Omission> without) {
    sights
        .computeIfAbsent(question.place(), p -> new HashMap<>())
        .computeIfAbsent(session.id(), i -> new ArrayList<>())
        .add(new Sight(at, question, session, without));
  }

  /** All answers that showed a session, in the order of time. */
  List<Sight> sights(SimPlace place, String id) {
    return sights.getOrDefault(place, Map.of()).getOrDefault(id, List.of());
  }
}
