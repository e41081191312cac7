package io.tributary.change;

import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Tells Flink's type extraction of the {@link WireType}s, so that none of them can fall to Kryo unnoticed. */
public final class WireTypeFactory<T> extends TypeInfoFactory<T> {

    @Override
    @SuppressWarnings("unchecked")
    public TypeInformation<T> createTypeInfo(Type type, Map<String, TypeInformation<?>> parameters) {
        return (TypeInformation<T>) WireType.ofClass((Class<?>) type);
    }
}
