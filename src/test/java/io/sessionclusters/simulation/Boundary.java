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

import java.time.Duration;

/**
 * Something that shall happen to a process at one of its requests, to the API server or the cloud.
 *
 * @param process its name
 * @param life of the process, from 1
 * @param number of the request in that life, from 1
 */
record Boundary(String process, int life, int number, Act act) {

  /** What happens. */
  sealed interface Act {}

  /** The process ends; the request is never sent. Started again after that time. */
  record KillBefore(Duration restartAfter) implements Act {}

  /** The request is done and the process ends before the answer. Started again after that time. */
  record KillAfter(Duration restartAfter) implements Act {}

  /** The request is done; the process lives and sees a broken connection. */
  record LoseAnswer() implements Act {}

  /**
   * The request is done, and at once somebody deletes the mirror that it wrote; the answer comes
   * after the news of that.
   */
  record DeletedMeanwhile(Duration late) implements Act {}

  /**
   * Another process has the lease from this request on, which is still sent. The process ends some
   * time later, and is started again after another.
   */
  record LoseLease(Duration endsAfter, Duration restartAfter) implements Act {}

  /**
   * The process's watches show nothing new from some requests before until some time after.
   *
   * @param since how many requests before
   * @param rest after the request
   */
  record Stale(int since, Duration rest) implements Act {}
}
