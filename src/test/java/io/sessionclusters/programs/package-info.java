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
 * What the build runs to make a part of the product, and what a person runs by hand: each has a
 * {@code main}, in a package of its own, with its own tests beside it. Everything else under {@code
 * src/test} is tests and what they stand on.
 */
@NullMarked
package io.sessionclusters.programs;

import org.jspecify.annotations.NullMarked;
