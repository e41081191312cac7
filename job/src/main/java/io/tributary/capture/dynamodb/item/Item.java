package io.tributary.capture.dynamodb.item;

import java.util.Arrays;

/** An item, or a map in one: names and their values, in the order in which they were written. */
public final class Item {

    private String[] names = new String[16];
    private Value[] values = new Value[16];
    private int size;

    Item() {}

    void add(String name, Value value) {
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        names[size] = name;
        values[size++] = value;
    }

    int size() {
        return size;
    }

    String name(int index) {
        return names[index];
    }

    Value value(int index) {
        return values[index];
    }

    /** The index of an attribute, or -1. */
    int indexOf(String name) {
        for (int i = 0; i < size; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
