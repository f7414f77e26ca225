package org.datlake.ducklake;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;

@AnalyzeClasses(packages = "org.datlake.ducklake", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String API = "org.datlake.ducklake";
    private static final String INTERNAL = "org.datlake.ducklake.internal..";

    @ArchTest
    static final ArchRule core_needs_nothing_but_its_few_libraries = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "org.datlake.ducklake..",
                    "java..",
                    "javax..",
                    "com.sun.management..",
                    "org.duckdb..",
                    "org.postgresql..",
                    "com.zaxxer.hikari..",
                    "io.minio..",
                    "okhttp3..",
                    "org.slf4j..",
                    "org.jspecify.."));

    @ArchTest
    static final ArchRule internal_packages_are_free_of_cycles =
            slices().matching("org.datlake.ducklake.internal.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule no_internal_type_stands_in_a_public_signature = classes()
            .that(resideInAPackage(API))
            .and()
            .arePublic()
            .should(new ArchCondition<>("have no internal type in what others can call") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    internalTypesIn(type).forEach(found -> events.add(SimpleConditionEvent.violated(type, found)));
                }
            });

    @ArchTest
    static final ArchRule only_the_storage_package_knows_the_s3_client = noClasses()
            .that()
            .resideOutsideOfPackage("..internal.storage")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.minio..", "okhttp3.."));

    @ArchTest
    static final ArchRule only_the_catalog_package_knows_postgresql = noClasses()
            .that()
            .resideOutsideOfPackage("..internal.catalog")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.postgresql..", "com.zaxxer.hikari.."));

    @ArchTest
    static final ArchRule the_api_knows_nothing_of_drivers = noClasses()
            .that(resideInAPackage(API))
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("org.duckdb..", "org.postgresql..", "com.zaxxer.hikari..", "io.minio.."));

    @ArchTest
    static final ArchRule sql_text_results_and_faults_know_nothing_of_the_engine = noClasses()
            .that(resideInAnyPackage("..internal.sql", "..internal.fault", "..internal.result"))
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("..internal", "..internal.engine", "..internal.jdbc", "..internal.catalog"));

    @ArchTest
    static final ArchRule jdbc_is_used_by_the_client_only = noClasses()
            .that(resideInAnyPackage("..internal.(engine|result|catalog|storage|fault|sql)"))
            .should()
            .dependOnClassesThat(resideInAPackage("..internal.jdbc"));

    @ArchTest
    static final ArchRule exceptions_of_the_api_have_one_root = classes()
            .that(resideInAPackage(API))
            .and()
            .areAssignableTo(Throwable.class)
            .should()
            .beAssignableTo(DuckLakeException.class);

    @ArchTest
    static final ArchRule internal_classes_are_not_inherited_by_the_api =
            noClasses().that(resideInAPackage(API)).should().beAssignableTo(resideInAPackage(INTERNAL));

    @ArchTest
    static final ArchRule nothing_is_printed = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule logs_go_to_slf4j = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    private static List<String> internalTypesIn(JavaClass type) {
        List<String> found = new ArrayList<>();
        for (JavaCodeUnit unit : type.getCodeUnits()) {
            if (isCallable(unit)) {
                List<JavaClass> named = new ArrayList<>(unit.getRawParameterTypes());
                named.add(unit.getRawReturnType());
                named.addAll(unit.getExceptionTypes());
                named.stream()
                        .filter(resideInAPackage(INTERNAL))
                        .forEach(internal -> found.add(unit.getFullName() + " names " + internal.getName()));
            }
        }
        type.getFields().stream()
                .filter(field -> field.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(field -> resideInAPackage(INTERNAL).test(field.getRawType()))
                .forEach(field -> found.add(field.getFullName() + " is internal"));
        return found;
    }

    private static boolean isCallable(JavaCodeUnit unit) {
        return unit.getModifiers().contains(JavaModifier.PUBLIC)
                || unit.getModifiers().contains(JavaModifier.PROTECTED);
    }
}
