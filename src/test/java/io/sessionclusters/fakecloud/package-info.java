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
 * The EMR Serverless Spark API {@code ListSessionClusters} (version 2023-08-08) as a hand-written
 * fake that behaves: over real HTTP on loopback, for the tests, the demo and a stand-in container.
 *
 * <p>It verifies every signature, pages with opaque tokens, honours every filter, holds sessions
 * that change, and fails on demand, down to single bytes. It is an oracle for {@code
 * io.sessionclusters.cloud} and for that reason shares no code with it: signature, percent-decoding
 * and JSON are written here a second time, from the API's description.
 *
 * <p>Start with {@link io.sessionclusters.fakecloud.FakeCloud}.
 */
@NullMarked
package io.sessionclusters.fakecloud;

import org.jspecify.annotations.NullMarked;
