package org.datlake.ducklake.internal.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.ErrorTranslator;
import org.datlake.ducklake.internal.fault.FaultKind;
import org.datlake.ducklake.internal.fault.Redactor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkersTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final List<Integer> quarantines = new CopyOnWriteArrayList<>();
    private final Workers workers =
            new Workers("test", 2, 2, new ErrorTranslator(new Redactor(List.of())), quarantines::add);
    private final CountDownLatch stuck = new CountDownLatch(1);

    /** What a call works on: here it only remembers what was done to it. */
    private static final class Target implements Abandonable {
        final AtomicBoolean cancelled = new AtomicBoolean();
        final AtomicBoolean setAside = new AtomicBoolean();
        final AtomicInteger released = new AtomicInteger();
        final CountDownLatch cancelSeen = new CountDownLatch(1);

        @Override
        public void cancel() {
            cancelled.set(true);
            cancelSeen.countDown();
        }

        @Override
        public void setAside() {
            setAside.set(true);
        }

        @Override
        public void release() {
            released.incrementAndGet();
        }
    }

    @AfterEach
    void free() {
        stuck.countDown();
        workers.close();
    }

    private EngineFailure failure(Target target, Duration limit) {
        return catchThrowableOfType(
                EngineFailure.class, () -> workers.run(target, Deadline.after(limit), () -> stuck.await(60, SECONDS)));
    }

    @Test
    void a_call_returns_what_it_found_on_a_thread_of_ours() throws EngineFailure {
        String thread = workers.run(
                new Target(), Deadline.after(LONG), () -> Thread.currentThread().getName());

        assertThat(thread).startsWith("datlake-test-");
    }

    @Test
    void an_error_of_the_engine_is_translated() {
        EngineFailure thrown = catchThrowableOfType(
                EngineFailure.class,
                () -> workers.run(new Target(), Deadline.after(LONG), () -> {
                    throw new SQLException("Parser Error: syntax error at end of input");
                }));

        assertThat(thrown.fault().sqlState()).isEqualTo("42601");
    }

    @Test
    void a_call_that_obeys_cancel_ends_soon_after_its_deadline_and_is_not_set_aside() {
        Target target = new Target();

        EngineFailure thrown = catchThrowableOfType(
                EngineFailure.class,
                () -> workers.run(target, Deadline.after(Duration.ofMillis(100)), () -> {
                    assertThat(target.cancelSeen.await(20, SECONDS)).isTrue();
                    throw new SQLException("INTERRUPT Error: Interrupted!");
                }));

        assertThat(thrown.fault().kind()).isEqualTo(FaultKind.TIMEOUT);
        assertThat(thrown).hasMessageContaining("100 ms").hasMessageContaining("was cancelled");
        assertThat(target.setAside).isFalse();
        assertThat(quarantines).isEmpty();
    }

    @Test
    void a_call_that_hangs_is_left_behind_within_a_second_of_its_deadline_and_released_when_it_returns() {
        Target target = new Target();
        long started = System.nanoTime();

        EngineFailure thrown = failure(target, Duration.ofMillis(200));

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMillis(1200));
        assertThat(thrown.fault().sqlState()).isEqualTo("57014");
        assertThat(target.cancelled).isTrue();
        assertThat(target.setAside).isTrue();
        assertThat(target.released).hasValue(0);
        assertThat(workers.quarantined()).isEqualTo(1);
        assertThat(quarantines).containsExactly(1);

        stuck.countDown();
        await().untilAsserted(() -> assertThat(target.released).hasValue(1));
        assertThat(workers.quarantined()).isZero();
    }

    @Test
    void hanging_calls_do_not_take_the_place_of_others() throws EngineFailure {
        failure(new Target(), Duration.ofMillis(50));

        Workers.Pending<Boolean> one = workers.start(new Target(), () -> stuck.await(60, SECONDS));
        String answer = workers.run(new Target(), Deadline.after(LONG), () -> "still works");

        assertThat(answer).isEqualTo("still works");
        stuck.countDown();
        assertThat(workers.await(one, Deadline.after(LONG))).isTrue();
    }

    @Test
    void too_many_hanging_calls_stop_new_ones_until_some_return() {
        failure(new Target(), Duration.ofMillis(50));
        failure(new Target(), Duration.ofMillis(50));

        assertThat(workers.isExhausted()).isTrue();
        EngineFailure refused = catchThrowableOfType(
                EngineFailure.class, () -> workers.run(new Target(), Deadline.after(LONG), () -> "not run"));
        assertThat(refused.fault().kind()).isEqualTo(FaultKind.UNAVAILABLE);
        assertThat(refused).hasMessageContaining("2 calls hang");

        stuck.countDown();
        await().untilAsserted(() -> assertThat(workers.isExhausted()).isFalse());
    }

    @Test
    void never_more_calls_run_at_once_than_allowed() throws EngineFailure {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Workers.Pending<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            calls.add(workers.start(new Target(), () -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                Thread.onSpinWait();
                return running.decrementAndGet();
            }));
        }
        for (Workers.Pending<Integer> call : calls) {
            workers.await(call, Deadline.after(LONG));
        }

        assertThat(most).hasValueBetween(1, 2);
    }

    @Test
    void a_call_that_found_no_free_worker_is_never_begun() throws EngineFailure {
        workers.start(new Target(), () -> stuck.await(60, SECONDS));
        workers.start(new Target(), () -> stuck.await(60, SECONDS));
        AtomicBoolean begun = new AtomicBoolean();

        EngineFailure thrown = catchThrowableOfType(
                EngineFailure.class,
                () -> workers.run(new Target(), Deadline.after(Duration.ofMillis(50)), () -> {
                    begun.set(true);
                    return 1;
                }));

        assertThat(thrown).hasMessageContaining("no free worker").hasMessageContaining("all 2 were busy");
        assertThat(thrown.fault().kind()).isEqualTo(FaultKind.TIMEOUT);
        assertThat(workers.waiting()).isLessThanOrEqualTo(1);
        stuck.countDown();
        await().until(() -> workers.running() == 0);
        assertThat(begun).isFalse();
    }

    @Test
    void a_caller_that_is_interrupted_gets_an_answer_and_keeps_its_interrupt() {
        Target target = new Target();
        Thread caller = Thread.currentThread();

        EngineFailure thrown = catchThrowableOfType(
                EngineFailure.class,
                () -> workers.run(target, Deadline.after(LONG), () -> {
                    caller.interrupt();
                    return stuck.await(60, SECONDS);
                }));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).hasMessageContaining("was interrupted");
        await().untilAsserted(() -> assertThat(target.cancelled).isTrue());
    }

    @Test
    void after_its_close_calls_are_refused_but_clean_up_still_happens() {
        workers.close();
        CountDownLatch cleaned = new CountDownLatch(1);

        EngineFailure refused = catchThrowableOfType(
                EngineFailure.class, () -> workers.run(new Target(), Deadline.after(LONG), () -> 1));
        workers.runLater(cleaned::countDown);

        assertThat(refused.fault().kind()).isEqualTo(FaultKind.CLOSED);
        await().until(() -> cleaned.getCount() == 0);
    }
}
