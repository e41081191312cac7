package io.tributary.udfs;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.Locale;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code phone_e164(raw, region)}: the number as E.164 has it, {@code +4930901820} for {@code 030 / 90 18 20} in {@code DE}; NULL if it
 * is no valid number there. An extension is left out.
 *
 * <p>The region is an ISO 3166 code of two letters, in any capitals; it says how a number without {@code +} is meant. Without a region,
 * or with one that there is not, only numbers with {@code +} are found. NULL for a NULL number. Idempotent.
 *
 * <p>Which numbers are valid is what Google's libphonenumber knows. Another version of it knows other ones, and is another function
 * to the job, which computes the files that call it anew.
 */
public final class PhoneE164 extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    /** The library's numbers are in files that a digest of code does not cover: this makes another version other code. */
    static final String NUMBERS_OF = "9.0.20";

    /** Longer than any way to write a number, and short enough to be read in no time. */
    private static final int LONGEST = 250;

    public @Nullable String eval(@Nullable String raw) {
        return eval(raw, null);
    }

    public @Nullable String eval(@Nullable String raw, @Nullable String region) {
        if (raw == null || raw.length() > LONGEST) {
            return null;
        }
        PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
        try {
            PhoneNumber number =
                    numbers.parse(raw, region == null ? null : region.strip().toUpperCase(Locale.ROOT));
            return numbers.isValidNumber(number) ? numbers.format(number, PhoneNumberFormat.E164) : null;
        } catch (NumberParseException e) {
            return null;
        }
    }
}
