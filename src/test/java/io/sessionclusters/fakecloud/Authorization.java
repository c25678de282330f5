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

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Authorization} header of a request, taken apart.
 *
 * @param keyId the access key's id, so far only claimed
 * @param signedHeaders lower-case names, sorted
 * @param signature 64 hex digits
 */
record Authorization(String keyId, List<String> signedHeaders, String signature) {

  private static final Pattern FORM =
      Pattern.compile(
          "ACS3-HMAC-SHA256 Credential=([^,\\s]+),\\s*SignedHeaders=([a-z0-9;-]+),"
              + "\\s*Signature=([0-9a-f]{64})");

  Authorization {
    signedHeaders = List.copyOf(signedHeaders);
  }

  /** Null without such a header, or when it has another form. */
  static @Nullable Authorization of(RawRequest request) {
    String header = request.header("authorization");
    if (header == null) {
      return null;
    }
    var parts = FORM.matcher(header);
    if (!parts.matches()) {
      return null;
    }
    List<String> signed = List.of(parts.group(2).split(";", -1));
    boolean sorted = signed.equals(signed.stream().sorted().distinct().toList());
    return sorted ? new Authorization(parts.group(1), signed, parts.group(3)) : null;
  }
}
