package org.datlake.ducklake.launcher.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BytesTest {

    private static byte[] content(Bytes bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        bytes.writeTo(out);
        return Arrays.copyOf(out.toByteArray(), bytes.size());
    }

    @Test
    void bits_set_at_once_are_those_set_one_by_one() throws IOException {
        for (int before = 0; before < 18; before++) {
            for (int end = before; end < before + 40; end++) {
                Bytes one = new Bytes();
                Bytes many = new Bytes();
                // What was there before it was cleared must not shine through.
                many.addLong(-1);
                many.addLong(-1);
                many.clear();
                for (int i = 0; i < before; i++) {
                    one.setBit(i, i % 3 == 0);
                    many.setBit(i, i % 3 == 0);
                }
                for (int i = before; i < end; i++) {
                    one.setBit(i, true);
                }
                many.setBits(before, end);
                one.setBit(end, false);
                many.setBit(end, false);

                assertThat(content(many)).as("%d to %d", before, end).isEqualTo(content(one));
            }
        }
    }

    @Test
    void numbers_of_each_width_are_the_same_one_by_one_and_at_once() throws IOException {
        long[] values = {0, -1, 0x0102030405060708L, Long.MIN_VALUE, 255};
        for (int width : new int[] {1, 2, 4, 8}) {
            Bytes one = new Bytes();
            Bytes many = new Bytes();
            for (long value : values) {
                one.addNumber(value, width);
            }
            many.addNumbers(values, width);

            assertThat(content(many)).hasSize(width * values.length).isEqualTo(content(one));
        }
    }
}
