package org.datlake.ducklake.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.datlake.ducklake.internal.engine.Deadline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WriteTurnsTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final WriteTurns turns = new WriteTurns(null);
    private final List<Integer> order = Collections.synchronizedList(new ArrayList<>());

    private Thread waitingWriter(int number) {
        Thread thread = new Thread(() -> {
            WriteTurns.Turn turn = turns.await(Deadline.after(LONG));
            order.add(number);
            turn.close();
        });
        thread.start();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING || !order.isEmpty());
        return thread;
    }

    @Test
    void writers_go_in_the_order_they_came() throws InterruptedException {
        WriteTurns.Turn first = turns.await(Deadline.after(LONG));
        List<Thread> writers = List.of(waitingWriter(1), waitingWriter(2), waitingWriter(3));
        first.close();
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(order).containsExactly(1, 2, 3);
    }

    @Test
    void nobody_waits_for_a_turn_that_does_not_end() throws InterruptedException {
        WriteTurns.Turn endless = turns.await(Deadline.after(LONG));
        List<Thread> writers = List.of(waitingWriter(1), waitingWriter(2), waitingWriter(3));
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(order).containsExactly(1, 2, 3);
        endless.close();
    }

    @Test
    void a_writer_past_its_deadline_goes_on_and_leaves_the_line() {
        WriteTurns.Turn first = turns.await(Deadline.after(LONG));

        WriteTurns.Turn late = turns.await(Deadline.after(Duration.ofMillis(20)));
        late.close();
        first.close();

        WriteTurns.Turn next = turns.await(Deadline.after(LONG));
        next.close();
    }
}
