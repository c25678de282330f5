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

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The access keys that the fake knows. */
final class Accounts {

  /**
   * One access key.
   *
   * @param securityToken of a temporary key, else null
   */
  record Key(String secret, @Nullable String securityToken, boolean active, boolean expired) {}

  private final Map<String, Key> keys = new ConcurrentHashMap<>();

  void put(String id, String secret, @Nullable String securityToken) {
    keys.put(id, new Key(secret, securityToken, true, false));
  }

  void remove(String id) {
    keys.remove(id);
  }

  void deactivate(String id) {
    Key key = known(id);
    keys.put(id, new Key(key.secret(), key.securityToken(), false, key.expired()));
  }

  void activate(String id) {
    Key key = known(id);
    keys.put(id, new Key(key.secret(), key.securityToken(), true, key.expired()));
  }

  void expire(String id) {
    Key key = known(id);
    if (key.securityToken() == null) {
      throw new IllegalArgumentException(id + " is no temporary key");
    }
    keys.put(id, new Key(key.secret(), key.securityToken(), key.active(), true));
  }

  @Nullable Key get(String id) {
    return keys.get(id);
  }

  private Key known(String id) {
    Key key = keys.get(id);
    if (key == null) {
      throw new IllegalArgumentException("there is no key " + id);
    }
    return key;
  }
}
