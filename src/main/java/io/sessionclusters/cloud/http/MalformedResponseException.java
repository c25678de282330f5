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

import io.sessionclusters.cloud.CloudError;
import java.io.IOException;

/**
 * A response that came but cannot be used, or is not the API's. Its text quotes nothing of the
 * response.
 */
public final class MalformedResponseException extends IOException {

  private static final long serialVersionUID = 1L;

  private final CloudError.Kind kind;
  private final String detail;

  /**
   * @param detail says more than the kind does; empty if there is no more to say
   */
  public MalformedResponseException(CloudError.Kind kind, String detail) {
    super(kind + " " + detail);
    this.kind = kind;
    this.detail = detail;
  }

  public CloudError.Kind kind() {
    return kind;
  }

  public String detail() {
    return detail;
  }
}
