package io.gannet.testkit;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Collects the reports of Netty's leak detectors.
 *
 * <p>A leaked buffer is found after it has been garbage collected, so a report is late, and may
 * appear during another test. {@link #collect()} runs the garbage collector and queries every
 * detector. It does so only if a buffer was made since the last time: the collections would take a
 * tenth of the processor time of all tests otherwise.
 */
public final class LeakDetection {
  private static final long GC_WAIT_MILLIS = 2_000;

  private static final List<RecordingDetector<?>> DETECTORS = new CopyOnWriteArrayList<>();
  private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

  /** Whether anything was tracked since the last collection. */
  private static final AtomicBoolean TRACKED = new AtomicBoolean();

  private LeakDetection() {}

  /**
   * Makes all detectors that Netty's classes create from now on report here. Netty's classes keep
   * their detector from when they are loaded, so this must be called before the first of them is
   * loaded.
   */
  static synchronized void install() {
    if (!(ResourceLeakDetectorFactory.instance() instanceof RecordingFactory)) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
      ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new RecordingFactory());
    }
  }

  /**
   * Runs the garbage collector and returns the leaks found since the last call.
   *
   * @return one text for each leak, with the resource and its uses; empty if there is none
   */
  public static List<String> collect() {
    if (TRACKED.getAndSet(false)) {
      // Twice, because the references found by one collection are queued one by one, and the
      // sentinel may be the first.
      collectGarbage();
      collectGarbage();
      DETECTORS.forEach(RecordingDetector::poll);
    }
    List<String> found = new ArrayList<>();
    for (String leak = FOUND.poll(); leak != null; leak = FOUND.poll()) {
      found.add(leak);
    }
    return found;
  }

  /** Returns after a collection that has queued the references to dead objects. */
  private static void collectGarbage() {
    ReferenceQueue<Object> queue = new ReferenceQueue<>();
    WeakReference<Object> sentinel = new WeakReference<>(new Object(), queue);
    System.gc();
    try {
      if (queue.remove(GC_WAIT_MILLIS) == null) {
        throw new IllegalStateException(
            "System.gc() collected nothing within "
                + GC_WAIT_MILLIS
                + " ms, so leaks can't be detected: is -XX:+DisableExplicitGC on?");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Reference.reachabilityFence(sentinel);
    }
  }

  private static final class RecordingFactory extends ResourceLeakDetectorFactory {
    @Override
    @SuppressWarnings("deprecation") // the signature Netty asks to override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int interval, long maxActive) {
      return register(new RecordingDetector<>(resource, interval));
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int interval) {
      return register(new RecordingDetector<>(resource, interval));
    }

    private static <T> ResourceLeakDetector<T> register(RecordingDetector<T> detector) {
      DETECTORS.add(detector);
      return detector;
    }
  }

  private static final class RecordingDetector<T> extends ResourceLeakDetector<T> {
    RecordingDetector(Class<?> resource, int interval) {
      super(resource, interval);
    }

    @Override
    public @Nullable ResourceLeakTracker<T> track(T resource) {
      TRACKED.set(true);
      return super.track(resource);
    }

    @Override
    public ResourceLeakTracker<T> trackForcibly(T resource) {
      TRACKED.set(true);
      return super.trackForcibly(resource);
    }

    /** Checks collected objects, which the detector does when it tracks a new one. */
    @SuppressWarnings("unchecked") // it only keeps weak references to what it tracks, of any type
    void poll() {
      Object probe = new Object();
      ResourceLeakTracker<T> tracker = super.track((T) probe);
      if (tracker != null) {
        tracker.close((T) probe);
      }
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      FOUND.add(
          resourceType
              + records.lines().filter(line -> !isNoise(line)).collect(Collectors.joining("\n")));
    }

    /** {@return whether a line is a stack frame of the test runner or of a detector} */
    private static boolean isNoise(String line) {
      String frame = line.strip();
      return frame.startsWith("io.netty.util.ResourceLeakDetector.")
          || frame.startsWith("io.gannet.testkit.LeakDetection")
          || frame.startsWith("org.junit.")
          || frame.startsWith("org.apache.maven.surefire.")
          || frame.startsWith("java.base/");
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      FOUND.add(resourceType + " (no record of its use)");
    }

    @Override
    protected @Nullable Object getInitialHint(String resourceType) {
      return null;
    }
  }
}
