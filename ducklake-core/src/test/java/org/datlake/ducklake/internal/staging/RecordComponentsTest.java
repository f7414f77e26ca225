package org.datlake.ducklake.internal.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import javax.tools.ToolProvider;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.internal.staging.RecordComponents.Component;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordComponentsTest {

    private record Reading(long id, int a, short b, byte c, double d, float e, boolean f, String sensorName) {}

    private static final Reading READING = new Reading(1L << 40, -2, (short) 3, (byte) -4, 0.5, 1.5f, true, "x");

    @Test
    void whole_numbers_are_read_as_long() {
        assertThat(whole("id")).isEqualTo(1L << 40);
        assertThat(whole("a")).isEqualTo(-2);
        assertThat(whole("b")).isEqualTo(3);
        assertThat(whole("c")).isEqualTo(-4);
    }

    @Test
    void floating_numbers_are_read_as_double() {
        assertThat(component("d").floating()).isNotNull();
        assertThat(Objects.requireNonNull(component("d").floating()).applyAsDouble(READING))
                .isEqualTo(0.5);
        assertThat(Objects.requireNonNull(component("e").floating()).applyAsDouble(READING))
                .isEqualTo(1.5);
    }

    @Test
    void every_component_is_read_as_an_object_of_its_own_class() {
        assertThat(component("id").object().apply(READING)).isEqualTo(1L << 40);
        assertThat(component("b").object().apply(READING)).isEqualTo((short) 3);
        assertThat(component("e").object().apply(READING)).isEqualTo(1.5f);
        assertThat(component("f").object().apply(READING)).isEqualTo(true);
        assertThat(component("SENSOR_NAME").object().apply(READING)).isEqualTo("x");
        assertThat(component("f").whole()).isNull();
        assertThat(component("f").floating()).isNull();
    }

    @Test
    void a_column_without_a_component_is_not_found() {
        assertThat(RecordComponents.of(Reading.class).find("other")).isNull();
    }

    @Test
    void a_class_is_looked_at_once() {
        assertThat(RecordComponents.of(Reading.class)).isSameAs(RecordComponents.of(Reading.class));
    }

    @Test
    void a_public_record_of_a_module_that_opens_nothing_is_read(@TempDir Path directory) throws Exception {
        Class<?> type = compiled(directory, "exports closed;");
        Record value = (Record)
                type.getConstructor(int.class, double.class, String.class).newInstance(7, 0.25, "x");

        RecordComponents components = RecordComponents.of(type);

        assertThat(found(components, "number").object().apply(value)).isEqualTo(7);
        assertThat(Objects.requireNonNull(found(components, "number").whole()).applyAsLong(value))
                .isEqualTo(7);
        assertThat(Objects.requireNonNull(found(components, "part").floating()).applyAsDouble(value))
                .isEqualTo(0.25);
        assertThat(found(components, "name").object().apply(value)).isEqualTo("x");
    }

    @Test
    void a_record_that_its_module_keeps_to_itself_is_refused_by_name(@TempDir Path directory) throws Exception {
        Class<?> type = compiled(directory, "");

        assertThatThrownBy(() -> RecordComponents.of(type))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("closed.Point cannot be read: open its package to this library");
    }

    /** Compiles a public record into a module of its own, and loads it. */
    private static Class<?> compiled(Path directory, String directives) throws Exception {
        Path module = Files.writeString(directory.resolve("module-info.java"), "module closed {" + directives + "}");
        Path type = Files.createDirectories(directory.resolve("closed")).resolve("Point.java");
        Files.writeString(type, "package closed; public record Point(int number, double part, String name) {}");
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", directory.toString(), module.toString(), type.toString());
        assertThat(status).isZero();
        ModuleLayer parent = ModuleLayer.boot();
        return parent.defineModulesWithOneLoader(
                        parent.configuration().resolve(ModuleFinder.of(directory), ModuleFinder.of(), Set.of("closed")),
                        ClassLoader.getSystemClassLoader())
                .findLoader("closed")
                .loadClass("closed.Point");
    }

    private static Component component(String column) {
        return found(RecordComponents.of(Reading.class), column);
    }

    private static Component found(RecordComponents components, String column) {
        return Objects.requireNonNull(components.find(column), column);
    }

    private static long whole(String column) {
        return Objects.requireNonNull(component(column).whole()).applyAsLong(READING);
    }
}
