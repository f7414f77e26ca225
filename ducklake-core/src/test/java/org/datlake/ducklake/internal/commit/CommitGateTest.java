package org.datlake.ducklake.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class CommitGateTest {

    private final CommitGate gate = new CommitGate();

    @Test
    void what_has_passed_cannot_be_shut_out_any_more() throws SQLException {
        gate.pass();

        assertThat(gate.shut()).isFalse();
    }

    @Test
    void nothing_passes_once_it_is_shut() {
        assertThat(gate.shut()).isTrue();

        assertThatThrownBy(gate::pass).isInstanceOf(SQLException.class).hasMessageContaining("given up");
    }
}
