package io.tributary.query;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The classes that a class file names: its superclasses, what it creates, calls and catches, its inner classes, lambdas, and the
 * types of its fields and methods.
 *
 * <p>Reads the constant pool only (Java Virtual Machine Specification, section 4.4). A text that looks as a type counts as
 * one, so there may be names of no class among them.
 */
final class ClassReferences {

    private static final int MAGIC = 0xCAFEBABE;
    private static final Pattern DESCRIPTOR = Pattern.compile("[(\\[L].*", Pattern.DOTALL);
    private static final Pattern TYPE = Pattern.compile("L([^;<>:()\\[.]+)[;<]");

    private ClassReferences() {}

    /** Names with slashes, such as {@code java/util/Map$Entry}. */
    static Set<String> of(byte[] classFile) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile));
        if (in.readInt() != MAGIC) {
            throw new IOException("This is not a class file");
        }
        in.readInt(); // its version
        int count = in.readUnsignedShort();
        String[] texts = new String[count];
        List<Integer> classes = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            if (tag == 1) {
                texts[i] = in.readUTF();
            } else if (tag == 7) {
                classes.add(in.readUnsignedShort());
            } else {
                in.skipBytes(length(tag));
            }
            if (tag == 5 || tag == 6) {
                i++; // A long and a double take two places.
            }
        }
        Set<String> names = new TreeSet<>();
        for (int index : classes) {
            if (!texts[index].startsWith("[")) {
                names.add(texts[index]);
            }
        }
        for (String text : texts) {
            if (text != null && DESCRIPTOR.matcher(text).matches()) {
                Matcher type = TYPE.matcher(text);
                while (type.find()) {
                    names.add(type.group(1));
                }
            }
        }
        return names;
    }

    private static int length(int tag) throws IOException {
        switch (tag) {
            case 8: // a text
            case 16: // the type of a method
            case 19: // a module
            case 20: // a package
                return 2;
            case 15: // a handle of a method
                return 3;
            case 3: // an int
            case 4: // a float
            case 9: // a field
            case 10: // a method
            case 11: // a method of an interface
            case 12: // a name and a type
            case 17: // a constant made at run time
            case 18: // a call linked at run time, such as a lambda
                return 4;
            case 5: // a long
            case 6: // a double
                return 8;
            default:
                throw new IOException("A class file has a constant of the unknown kind " + tag);
        }
    }
}
