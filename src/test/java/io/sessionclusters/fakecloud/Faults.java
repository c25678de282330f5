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

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Which requests go wrong, and how: {@code cloud.faults().next(3, Fault.error("Throttling"))},
 * {@code cloud.faults().onPage(2).once(Fault.cutInBody())}, {@code
 * cloud.faults().forWorkspace("w-1").always(Fault.delay(ofSeconds(1)))}.
 *
 * <p>Faults queue up: a request gets the oldest one that is meant for it and not used up, and never
 * more than one. Thread-safe.
 */
public final class Faults {

  private final List<ActiveFault> active = new ArrayList<>();

  Faults() {}

  /** The next request goes wrong. */
  public ActiveFault once(Fault fault) {
    return everywhere().once(fault);
  }

  /** The next few requests go wrong. */
  public ActiveFault next(int requests, Fault fault) {
    return everywhere().next(requests, fault);
  }

  /** All requests go wrong until the fault is cleared. */
  public ActiveFault always(Fault fault) {
    return everywhere().always(fault);
  }

  /** Only requests for that page of a walk, from 1. */
  public Scope onPage(int page) {
    return everywhere().onPage(page);
  }

  /** Only requests for that workspace. */
  public Scope forWorkspace(String workspaceId) {
    return everywhere().forWorkspace(workspaceId);
  }

  /** Only requests that claim to come from that access key. */
  public Scope forKey(String keyId) {
    return everywhere().forKey(keyId);
  }

  /** Only requests for which that holds. */
  public Scope when(Predicate<ApiCall> condition) {
    return everywhere().when(condition);
  }

  /** All is well again. */
  public synchronized void clear() {
    active.clear();
  }

  synchronized Fault take(ApiCall call) {
    var due = active.stream().filter(each -> each.condition.test(call)).findFirst();
    if (due.isEmpty()) {
      return Fault.NONE;
    }
    ActiveFault fault = due.get();
    fault.applied++;
    if (fault.applied == fault.limit) {
      active.remove(fault);
    }
    return fault.fault;
  }

  private Scope everywhere() {
    return new Scope(call -> true);
  }

  private synchronized ActiveFault add(Predicate<ApiCall> condition, long limit, Fault fault) {
    var added = new ActiveFault(condition, limit, fault);
    active.add(added);
    return added;
  }

  /** The requests that a fault is meant for; conditions add up. */
  public final class Scope {
    private final Predicate<ApiCall> condition;

    private Scope(Predicate<ApiCall> condition) {
      this.condition = condition;
    }

    /** Also only that page. */
    public Scope onPage(int page) {
      return when(call -> call.page() == page);
    }

    /** Also only that workspace. */
    public Scope forWorkspace(String workspaceId) {
      return when(call -> Objects.equals(call.workspaceId(), workspaceId));
    }

    /** Also only that access key. */
    public Scope forKey(String keyId) {
      return when(call -> Objects.equals(call.keyId(), keyId));
    }

    /** Also only when that holds. */
    public Scope when(Predicate<ApiCall> further) {
      return new Scope(condition.and(further));
    }

    /** The next such request goes wrong. */
    public ActiveFault once(Fault fault) {
      return next(1, fault);
    }

    /** The next few such requests go wrong. */
    public ActiveFault next(int requests, Fault fault) {
      if (requests < 1) {
        throw new IllegalArgumentException("at least one request");
      }
      return add(condition, requests, fault);
    }

    /** All such requests go wrong until the fault is cleared. */
    public ActiveFault always(Fault fault) {
      return add(condition, Long.MAX_VALUE, fault);
    }
  }

  /** A fault that was put in place. */
  public final class ActiveFault {
    private final Predicate<ApiCall> condition;
    private final long limit;
    private final Fault fault;
    private long applied;

    private ActiveFault(Predicate<ApiCall> condition, long limit, Fault fault) {
      this.condition = condition;
      this.limit = limit;
      this.fault = fault;
    }

    /** How many requests it has hit. */
    public long applied() {
      synchronized (Faults.this) {
        return applied;
      }
    }

    /** It happens no more; the other faults stay. */
    public void clear() {
      synchronized (Faults.this) {
        active.remove(this);
      }
    }
  }
}
