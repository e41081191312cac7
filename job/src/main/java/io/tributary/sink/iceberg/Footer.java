package io.tributary.sink.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.iceberg.shaded.org.apache.parquet.io.DelegatingSeekableInputStream;

/** What the footer of a Parquet file says of it beside its columns. */
final class Footer {

    private Footer() {}

    /** Fails if there is none. */
    static KeptRows keptRows(InputFile file) {
        String text;
        try (ParquetFileReader reader = ParquetFileReader.open(new Input(file))) {
            text = reader.getFileMetaData().getKeyValueMetaData().get(KeptRows.PROPERTY);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read the footer of " + file.location(), e);
        }
        if (text == null) {
            throw new IllegalStateException("The footer of " + file.location() + " does not say which rows it holds");
        }
        return KeptRows.parse(text);
    }

    /** Iceberg's file as Parquet wants it; Iceberg's own way is not public. */
    private static final class Input implements org.apache.iceberg.shaded.org.apache.parquet.io.InputFile {
        private final InputFile file;

        Input(InputFile file) {
            this.file = file;
        }

        @Override
        public long getLength() {
            return file.getLength();
        }

        @Override
        public org.apache.iceberg.shaded.org.apache.parquet.io.SeekableInputStream newStream() {
            SeekableInputStream stream = file.newStream();
            return new DelegatingSeekableInputStream(stream) {
                @Override
                public long getPos() throws IOException {
                    return stream.getPos();
                }

                @Override
                public void seek(long position) throws IOException {
                    stream.seek(position);
                }
            };
        }
    }
}
