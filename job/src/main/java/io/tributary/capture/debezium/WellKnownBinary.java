package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tributary.capture.Unreadable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Geometries and points, which come as a struct of {@code wkb} and {@code srid}. They become the well-known binary form (OGC Simple
 * Features); a spatial reference that is not in it is put in, as PostGIS does (EWKB).
 */
final class WellKnownBinary {

    private static final int HAS_SRID = 0x2000_0000;
    private static final int HEADER = 1 + Integer.BYTES;

    private WellKnownBinary() {}

    static byte[] read(JsonParser value) throws IOException, Unreadable {
        if (!value.hasToken(JsonToken.START_OBJECT)) {
            throw Tokens.isNot(value, "a struct of wkb and srid");
        }
        byte[] wkb = null;
        long srid = 0;
        for (String name = value.nextFieldName(); name != null; name = value.nextFieldName()) {
            JsonToken token = value.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            if (name.equals("wkb")) {
                wkb = Tokens.bytes(value);
            } else if (name.equals("srid")) {
                srid = Tokens.whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            } else {
                value.skipChildren();
            }
        }
        if (wkb == null) {
            throw new Unreadable("The geometry has no wkb");
        }
        return srid == 0 ? wkb : withReference(wkb, (int) srid);
    }

    private static byte[] withReference(byte[] wkb, int srid) throws Unreadable {
        if (wkb.length < HEADER) {
            throw new Unreadable("The geometry's wkb has " + wkb.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(wkb);
        ByteOrder order = in.get() == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        int type = in.order(order).getInt();
        if ((type & HAS_SRID) != 0) {
            return wkb;
        }
        return ByteBuffer.allocate(wkb.length + Integer.BYTES)
                .order(order)
                .put(wkb[0])
                .putInt(type | HAS_SRID)
                .putInt(srid)
                .put(in)
                .array();
    }
}
