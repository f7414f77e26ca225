package org.datlake.ducklake.it.commit;

import org.junit.jupiter.api.Test;

/**
 * MinIO is killed and started again and again while four threads write.
 *
 * <p>{@code -Ddatlake.minioKills=50} makes it longer, {@code -Ddatlake.seed=...} repeats the choices of a run.
 */
class MinioKilledIT {

    private static final int KILLS = Integer.getInteger("datlake.minioKills", 2);

    @Test
    void every_batch_is_there_as_its_caller_was_told() throws Exception {
        try (ServerKills servers = new ServerKills(MinioKilledIT.class, KILLS)) {
            servers.assertSurvived(servers.store()::kill, servers.store()::start);
        }
    }
}
