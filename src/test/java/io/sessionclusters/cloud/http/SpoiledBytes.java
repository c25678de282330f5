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
package io.sessionclusters.cloud.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Bodies that somebody damaged, by a seed. */
public final class SpoiledBytes {

  private static final String[] TOKENS = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "null",
    "true",
    "1e999",
    "-1",
    "\\ud800",
    "\u0000",
    "{\"sessionClusterId\":",
    "\"totalCount\":",
    "\"code\":",
    "<",
    "<a>",
    "&e;",
    "<!DOCTYPE",
    "]]>",
    "\u00ff",
    "\"sessionClusters\":[",
    "99999999999999999999"
  };

  private SpoiledBytes() {}

  public static byte[] spoil(byte[] sample, RandomGenerator random) {
    byte[] body = sample.clone();
    for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
      int at = random.nextInt(body.length);
      switch (random.nextInt(4)) {
        case 0 -> body[at] = (byte) random.nextInt(256);
        case 1 -> body = Arrays.copyOf(body, Math.max(1, at));
        case 2 -> body = insert(body, at, TOKENS[random.nextInt(TOKENS.length)]);
        default -> body = remove(body, at, Math.min(body.length - at, random.nextInt(1, 30)));
      }
    }
    return body;
  }

  private static byte[] insert(byte[] body, int at, String token) {
    byte[] inserted = token.getBytes(StandardCharsets.ISO_8859_1);
    byte[] result = Arrays.copyOf(body, body.length + inserted.length);
    System.arraycopy(inserted, 0, result, at, inserted.length);
    System.arraycopy(body, at, result, at + inserted.length, body.length - at);
    return result;
  }

  private static byte[] remove(byte[] body, int at, int length) {
    if (body.length - length < 1) {
      return body;
    }
    byte[] result = Arrays.copyOf(body, body.length - length);
    System.arraycopy(body, at + length, result, at, body.length - at - length);
    return result;
  }

  public static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }
}
