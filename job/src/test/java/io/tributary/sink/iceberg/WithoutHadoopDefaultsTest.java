package io.tributary.sink.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

final class WithoutHadoopDefaultsTest {

    @Test
    void configurationsHaveNothingThatWasNotPutIntoThem() throws ClassNotFoundException {
        Configuration bare = WithoutHadoopDefaults.make(Configuration::new);
        assertThat(bare.size()).isZero();
        bare.set("parquet.some", "thing");
        assertThat(bare.get("parquet.some")).isEqualTo("thing");
        assertThat(bare.getClassByName(getClass().getName())).isEqualTo(getClass());
        assertThat(new Configuration().size()).isPositive();
    }
}
