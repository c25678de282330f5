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
 * SessionCluster objects: what is known of each (the store), what a listing changes (the plan), how
 * that is written, who owns them, and when they say that they are stale. Not here: how a session
 * becomes a status (mapping), when a session counts as deleted (prune), what is in a Secret.
 */
@NullMarked
package io.sessionclusters.mirror;

import org.jspecify.annotations.NullMarked;
