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
package io.sessionclusters.mapping;

import io.sessionclusters.cloud.RecordType;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * How one record is made of another: each component of the target is a plain copy of the source's
 * component of that name, but for those that have a rule of their own. A text is copied without the
 * session's token, cut and fit to be shown; a time is written out; a record inside is copied the
 * same way.
 *
 * @param <S> what is mapped
 * @param <T> what it is mapped to
 */
final class FieldMapping<S extends Record, T extends Record> {

  /** A rule: the target's value of the source and of the trace of its token. */
  interface Rule<S> extends BiFunction<S, TokenTrace, @Nullable Object> {}

  private final RecordType<T> target;
  private final List<Rule<S>> rules;

  /**
   * Looks all components up.
   *
   * @param own rules by the names of the target's components
   * @throws IllegalArgumentException if a component has neither a rule nor a source
   */
  FieldMapping(Class<S> from, Class<T> to, Map<String, Rule<S>> own) {
    target = RecordType.of(to);
    RecordType<S> source = RecordType.of(from);
    rules =
        target.components().stream()
            .map(c -> own.containsKey(c.getName()) ? own.get(c.getName()) : copy(source, c))
            .toList();
  }

  T map(S source, TokenTrace token) {
    @Nullable Object[] values = new @Nullable Object[rules.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = rules.get(i).apply(source, token);
    }
    return target.make(values);
  }

  private static <S extends Record> Rule<S> copy(RecordType<S> source, RecordComponent to) {
    int from = source.indexOf(to.getName());
    if (to.getType().isRecord()) {
      Class<?> inner = source.components().get(from).getType();
      return inner(
          source, from, inner.asSubclass(Record.class), to.getType().asSubclass(Record.class));
    }
    return (record, token) ->
        switch (source.get(record, from)) {
          case null -> null;
          case String text -> SessionMapping.shortText(token.hide(text));
          case Instant time -> SessionMapping.time(time);
          case Object value -> value;
        };
  }

  private static <S extends Record, I extends Record> Rule<S> inner(
      RecordType<S> source, int index, Class<I> from, Class<? extends Record> to) {
    FieldMapping<I, ?> inner = new FieldMapping<>(from, to, Map.of());
    return (record, token) -> {
      Object value = source.get(record, index);
      return value == null ? null : inner.map(from.cast(value), token);
    };
  }
}
