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
package io.sessionclusters.ops;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import javax.management.NotificationEmitter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what to raise before the heap is full. When it is, the JVM ends the process at once, by the
 * image's {@code -XX:+ExitOnOutOfMemoryError}, and no code has a last word then.
 */
public final class HeapMonitor {

  private static final Logger LOG = LoggerFactory.getLogger(HeapMonitor.class);

  /** Of the pool of old objects, in use after a collection. */
  private static final double NEARLY_FULL = 0.85;

  private static final int MIB = 1 << 20;

  private HeapMonitor() {}

  /** Watches this process's heap until it ends; nothing where the collector does not tell. */
  public static void start() {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      long max = pool.getUsage().getMax();
      if (pool.getType() == MemoryType.HEAP
          && pool.isUsageThresholdSupported()
          && pool.isCollectionUsageThresholdSupported()
          && max > 0) {
        pool.setCollectionUsageThreshold((long) (NEARLY_FULL * max));
      }
    }
    var memory = (NotificationEmitter) ManagementFactory.getMemoryMXBean();
    memory.addNotificationListener(
        (notification, _) -> warn(),
        notification ->
            notification
                .getType()
                .equals(MemoryNotificationInfo.MEMORY_COLLECTION_THRESHOLD_EXCEEDED),
        null);
  }

  private static void warn() {
    LOG.atWarn()
        .addKeyValue("maxHeapMiB", Runtime.getRuntime().maxMemory() / MIB)
        .log(
            "heap nearly full after a garbage collection: the process ends when it is full;"
                + " raise the container's memory limit (resources.limits.memory)");
  }
}
