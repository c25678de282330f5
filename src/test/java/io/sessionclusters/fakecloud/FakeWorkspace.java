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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One workspace of one region and its sessions, in the order in which they were made. Thread-safe.
 */
public final class FakeWorkspace {

  /** The most sessions that one page holds, whatever the client asks for. */
  public static final int MAX_PAGE_SIZE = 100;

  /** Runs once, when that page has been put together. */
  private record AfterPage(int page, Runnable change) {}

  private final String regionId;
  private final String workspaceId;
  private final List<AfterPage> afterPages = new ArrayList<>();
  private Map<String, FakeSession> sessions = new LinkedHashMap<>();
  private @Nullable Set<String> keys;
  private Paging paging = Paging.SNAPSHOT;
  private int maxPageSize = MAX_PAGE_SIZE;

  FakeWorkspace(String regionId, String workspaceId) {
    this.regionId = regionId;
    this.workspaceId = workspaceId;
  }

  public String regionId() {
    return regionId;
  }

  public String workspaceId() {
    return workspaceId;
  }

  /** Adds a session at the end, or replaces the one of the same id where it stands. */
  public synchronized FakeWorkspace put(FakeSession session) {
    var complete = session.has("workspaceId") ? session : session.workspaceId(workspaceId);
    sessions.put(session.id(), complete);
    return this;
  }

  /** Puts several. */
  public synchronized FakeWorkspace put(Iterable<FakeSession> several) {
    several.forEach(this::put);
    return this;
  }

  /**
   * Replaces a session by its changed copy, where it stands.
   *
   * @throws IllegalArgumentException if there is no such session
   */
  public synchronized FakeSession update(String id, UnaryOperator<FakeSession> change) {
    FakeSession session = change.apply(session(id));
    if (!session.id().equals(id)) {
      throw new IllegalArgumentException("an update cannot change the id " + id);
    }
    sessions.put(id, session);
    return session;
  }

  /**
   * Removes a session.
   *
   * @throws IllegalArgumentException if there is no such session
   */
  public synchronized FakeSession remove(String id) {
    FakeSession session = session(id);
    sessions.remove(id);
    return session;
  }

  /** Removes all sessions. */
  public synchronized FakeWorkspace clear() {
    sessions.clear();
    return this;
  }

  /**
   * Moves a session within the listing order.
   *
   * @param index where it stands then, from 0
   */
  public synchronized FakeWorkspace move(String id, int index) {
    var order = new ArrayList<>(sessions.values());
    FakeSession session = session(id);
    order.remove(session);
    order.add(index, session);
    var moved = new LinkedHashMap<String, FakeSession>();
    order.forEach(each -> moved.put(each.id(), each));
    sessions = moved;
    return this;
  }

  /**
   * One session as it is now.
   *
   * @throws IllegalArgumentException if there is no such session
   */
  public synchronized FakeSession session(String id) {
    FakeSession session = sessions.get(id);
    if (session == null) {
      throw new IllegalArgumentException(workspaceId + " has no session " + id);
    }
    return session;
  }

  /** All sessions as they are now, in listing order. */
  public synchronized List<FakeSession> sessions() {
    return List.copyOf(sessions.values());
  }

  synchronized List<FakeSession> sessions(Filter filter) {
    return sessions.values().stream().filter(filter::matches).toList();
  }

  /**
   * Caps the pages, so that few sessions make many.
   *
   * @param size 1 to 100
   */
  public synchronized FakeWorkspace maxPageSize(int size) {
    if (size < 1 || size > MAX_PAGE_SIZE) {
      throw new IllegalArgumentException("page size " + size);
    }
    maxPageSize = size;
    return this;
  }

  synchronized int maxPageSize() {
    return maxPageSize;
  }

  /** {@link Paging#SNAPSHOT} unless said otherwise; for walks that start from now on. */
  public synchronized FakeWorkspace paging(Paging mode) {
    paging = mode;
    return this;
  }

  synchronized Paging paging() {
    return paging;
  }

  /**
   * Does something once between that page and the next of the next walk that gets so far: the place
   * to move a session from one page to another.
   *
   * @param page from 1
   */
  public synchronized FakeWorkspace afterPage(int page, Runnable change) {
    afterPages.add(new AfterPage(page, change));
    return this;
  }

  void served(int page) {
    List<AfterPage> due;
    synchronized (this) {
      due = afterPages.stream().filter(each -> each.page() == page).toList();
      afterPages.removeAll(due);
    }
    due.forEach(each -> each.change().run());
  }

  /** Only these access keys see the workspace; for all others it does not exist. */
  public synchronized FakeWorkspace visibleOnlyTo(String... keyIds) {
    keys = Set.of(keyIds);
    return this;
  }

  synchronized boolean isVisibleTo(@Nullable String keyId) {
    return keys == null || (keyId != null && keys.contains(keyId));
  }

  @Override
  public String toString() {
    return regionId + "/" + workspaceId;
  }
}
