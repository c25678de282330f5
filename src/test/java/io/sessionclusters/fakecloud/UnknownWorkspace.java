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

/** What the gateway says of a workspace that does not exist or that the key may not see. */
public enum UnknownWorkspace {
  /** An error with an empty code, as seen on list calls. */
  EMPTY_CODE,
  /** {@code Forbidden.RAM}. */
  FORBIDDEN;

  ApiError error() {
    return switch (this) {
      case EMPTY_CODE -> ApiError.named("").withMessage("workspace not exist or not authorized");
      case FORBIDDEN -> ApiError.named("Forbidden.RAM");
    };
  }
}
