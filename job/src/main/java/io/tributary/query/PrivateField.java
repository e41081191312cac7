package io.tributary.query;

import java.lang.reflect.Field;
import org.apache.flink.util.Preconditions;

/** Fields of Flink's classes for which there is no other way. */
final class PrivateField {

    private PrivateField() {}

    static Object get(Class<?> owner, String name, Object object) {
        try {
            return Preconditions.checkNotNull(field(owner, name).get(object));
        } catch (ReflectiveOperationException e) {
            throw missing(owner, name, e);
        }
    }

    static void set(Class<?> owner, String name, Object object, Object value) {
        try {
            field(owner, name).set(object, value);
        } catch (ReflectiveOperationException e) {
            throw missing(owner, name, e);
        }
    }

    private static Field field(Class<?> owner, String name) throws NoSuchFieldException {
        Field field = owner.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static IllegalStateException missing(Class<?> owner, String name, ReflectiveOperationException e) {
        return new IllegalStateException("This version of Flink has no field " + name + " in " + owner, e);
    }
}
