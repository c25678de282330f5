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
 * The rule about absence and the prune guard: what listings say of the sessions that they lack,
 * what is held, what is absent. Pure, but for the query of one session by its ID; it knows UIDs of
 * mirrors, but no mirrors and no client.
 */
@NullMarked
package io.sessionclusters.prune;

import org.jspecify.annotations.NullMarked;
