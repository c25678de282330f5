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
/**
 * What other packages see of EMR Serverless Spark: identifiers, sessions, listings, errors, access
 * keys, and the three interfaces behind which sessions are listed, keys are found and requests are
 * limited; also what all packages share to compare, hash and clean texts and records. No HTTP, no
 * JSON, nothing of Kubernetes: how all that comes about is known in the packages below.
 */
@NullMarked
package io.sessionclusters.cloud;

import org.jspecify.annotations.NullMarked;
