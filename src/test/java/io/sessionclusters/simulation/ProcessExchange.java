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

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The requests of one life of a process to the API server, with what is planned for them. */
final class ProcessExchange implements SimHttp.Exchange {

  private final SimProcess process;
  private final SimThreads threads;
  private final SimApiServer api;

  ProcessExchange(SimProcess process, SimThreads threads) {
    this.process = process;
    this.threads = threads;
    this.api = process.world().api();
  }

  @Override
  public CompletableFuture<SimApiServer.Answer> send(
      String method, URI uri, String contentType, String body) {
    SimProcess.Numbered numbered = process.number(method + " " + uri.getPath());
    ApiRequest request =
        ApiRequest.of(method, uri, contentType, body).by(process.actor(), numbered.number());
    return send(request, numbered.act());
  }

  /** At the client's own intervals: 100 ms, and twice as long each time. */
  @Override
  public boolean repeats(int attempt) {
    if (attempt >= process.world().clientRetries()) {
      return false;
    }
    try {
      threads.sleep(Duration.ofMillis(100L << attempt));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private CompletableFuture<SimApiServer.Answer> send(
      ApiRequest request, Boundary.@Nullable Act act) {
    Fault fault = api.fault(request);
    Runnable whenDone = () -> {};
    switch (act) {
      case Boundary.LoseAnswer _ -> fault = new Fault.AnswerLost();
      case Boundary.KillAfter(Duration restartAfter) -> {
        fault = Fault.NONE;
        whenDone =
            () -> {
              if (!threads.isDead()) {
                process.killedBy(restartAfter);
              }
            };
      }
      case Boundary.DeletedMeanwhile(Duration late) -> {
        String name = request.name();
        if (request.kind() == Kind.MIRROR && request.isWrite() && name != null) {
          fault = new Fault.AnswerLate(late);
          whenDone = () -> new People(api).deleteMirror(request.namespace(), name);
        }
      }
      case null, default -> {}
    }
    return api.send(request, fault, whenDone);
  }

  /**
   * Sends a list and waits until the server carries it out; the objects are taken by the caller.
   *
   * @return null if it did well; what was answered otherwise
   */
  SimApiServer.@Nullable Answer list(ApiRequest request, Boundary.@Nullable Act act)
      throws InterruptedException {
    threads.sleep(api.latency());
    Fault fault = act instanceof Boundary.LoseAnswer ? new Fault.AnswerLost() : api.fault(request);
    if (act instanceof Boundary.KillAfter(Duration restartAfter)) {
      process.killedBy(restartAfter);
      threads.killFromWithin();
    }
    return switch (fault) {
      case Fault.None _ -> null;
      case Fault.AnswerLate late -> {
        threads.sleep(late.by());
        yield null;
      }
      default -> {
        try {
          yield api.send(request, fault, () -> {}).get();
        } catch (ExecutionException e) {
          yield new SimApiServer.Answer(0, null, "");
        }
      }
    };
  }
}
