package io.tributary.capture.kafka;

import io.tributary.capture.debezium.DebeziumRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Hands records on as they come: reading them needs what is kept of their partition. */
final class RawRecords implements KafkaRecordDeserializationSchema<DebeziumRecord> {

    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<DebeziumRecord> out) {
        out.collect(raw(record));
    }

    static DebeziumRecord raw(ConsumerRecord<byte[], byte[]> record) {
        return new DebeziumRecord(
                record.topic(), record.partition(), record.offset(), record.timestamp(), record.key(), record.value());
    }

    @Override
    public TypeInformation<DebeziumRecord> getProducedType() {
        return new RecordType();
    }
}
