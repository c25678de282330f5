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
 * The benchmark: what the image costs beside floors of the same run. A real API server, the fake
 * API and the operator are processes of their own; what they use is read from the kernel, from the
 * JVM's diagnostic commands and from the API server's counters, not from the operator.
 */
@NullMarked
package io.sessionclusters.programs.bench;

import org.jspecify.annotations.NullMarked;
