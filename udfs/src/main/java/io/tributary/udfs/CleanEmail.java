package io.tributary.udfs;

import java.util.Locale;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code clean_email(raw)}: the address in lower case, without blanks around it; NULL if it is no address.
 *
 * <p>An address is {@code local@domain} in ASCII: the local part as HTML's input field allows it, the domain two or more
 * labels. So it says no to some exotic addresses that mail servers would take, and yes to none they would not.
 */
public final class CleanEmail extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private static final String BLANKS = " \t\n\r";
    private static final String LOCAL = ".!#$%&'*+/=?^_`{|}~-";

    public @Nullable String eval(@Nullable String raw) {
        if (raw == null) {
            return null;
        }
        int start = 0;
        int end = raw.length();
        while (start < end && BLANKS.indexOf(raw.charAt(start)) >= 0) {
            start++;
        }
        while (start < end && BLANKS.indexOf(raw.charAt(end - 1)) >= 0) {
            end--;
        }
        return isAddress(raw, start, end) ? raw.substring(start, end).toLowerCase(Locale.ROOT) : null;
    }

    private static boolean isAddress(String text, int start, int end) {
        int at = start;
        while (at < end && (isLetterOrDigit(text.charAt(at)) || LOCAL.indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return at > start && at < end && text.charAt(at) == '@' && isDomain(text, at + 1, end);
    }

    private static boolean isDomain(String text, int start, int end) {
        int dots = 0;
        int label = start;
        for (int i = start; i < end; i++) {
            char character = text.charAt(i);
            if (character == '.') {
                if (i == label) {
                    return false;
                }
                dots++;
                label = i + 1;
            } else if (!isLetterOrDigit(character) && character != '-') {
                return false;
            }
        }
        return dots > 0 && label < end;
    }

    private static boolean isLetterOrDigit(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9');
    }
}
