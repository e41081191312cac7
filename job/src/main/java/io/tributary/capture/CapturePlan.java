package io.tributary.capture;

import io.tributary.change.Comments;
import io.tributary.change.Position;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.settings.NamePatterns;
import io.tributary.settings.Problems;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One system to read from, before the job runs: what it captures, and what has to be true for that. */
public interface CapturePlan {

    /** The system, as it stands in front of its settings: {@code postgres}. */
    String system();

    /** The setting that names what is captured. */
    default String tablesSetting() {
        return system() + ".tables";
    }

    /** Adds all that is wrong, each with what mends it. Reads only. */
    void check(Problems problems);

    /** The names in the pipeline of all tables that the settings name. */
    Set<String> tableNames();

    /**
     * The shapes of the tables that can be captured, by their names in the pipeline, as far as they are known before the
     * first change. To be called after {@link #check}.
     */
    Map<String, Schema> schemas();

    /** By their names in the pipeline, of tables of which it is known which of their columns are never NULL. To be called after
     * {@link #check}.
     */
    default Map<String, RequiredColumns> requiredColumns() {
        return Map.of();
    }

    /** By their names in the pipeline, of tables of which anything is said. To be called after {@link #check}. */
    default Map<String, Comments> comments() {
        return Map.of();
    }

    /** Of {@link #schemas}, those whose types people declared: a job that resumes with others is refused. */
    default Collection<Schema> declared() {
        return List.of();
    }

    /**
     * By their names in the pipeline, what tells apart the ways in which columns of tables are left out or hashed, of those that
     * cannot be read again in another way: a job that resumes with another one is refused.
     */
    default Map<String, Long> columnRules() {
        return Map.of();
    }

    /**
     * Adds what keeps the system from saying when the tables were read, so that rows which did not come are gone. To be called after
     * {@link #check}.
     */
    default void checkComparison(Problems problems) {
        // Most systems have all rows.
    }

    /** Whether there is a position at which the tables were read, so that what is older is gone, and what comes is newer. */
    default boolean hasOnePosition() {
        return true;
    }

    /**
     * Whether changes that were not in a checkpoint come again after a failure as they were, at the same positions, whose first number
     * counts bytes of a log.
     */
    default boolean repeatsChanges() {
        return false;
    }

    /** What {@link #start} will do in the system, for people: one statement an entry. To be called after {@link #check}. */
    List<String> statements();

    /**
     * What a job that starts from nothing would miss, each with what mends it. One that resumes has it already, and which of the
     * two it is to be is not known. To be called after {@link #check}.
     */
    default List<String> cautions() {
        return List.of();
    }

    /**
     * What could not be found out, or is worth knowing, and keeps no job from running: each begins in lower case. To be called after
     * {@link #check}.
     */
    default List<String> remarks() {
        return List.of();
    }

    /** Tables, by their names in the pipeline, that are read whole even where a job is resumed that has never met them. */
    default Set<String> joining() {
        return Set.of();
    }

    /**
     * Tables, by their names in the pipeline, whose keys something downstream was planned with: their rows may not come to be
     * known by others while the job runs. To be called before {@link #start}.
     */
    default void keepKeys(Set<String> tables) {
        // Keys that no source changes while the job runs are kept anyway.
    }

    /** Who takes tables, by their names in the pipeline. To be called before {@link #start}. */
    default void readBy(Map<String, Readership> tables) {
        // Where nobody can be shown rows that others are not, it does not matter.
    }

    /** Tables, by their names in the pipeline, that are read again for files that begin to read them where a job is resumed. */
    default Set<String> refilled() {
        return Set.of();
    }

    /**
     * About how many rows tables have, by their names in the pipeline, of those of which the system tells without counting. To be
     * called after {@link #check}.
     */
    default Map<String, Long> rows() {
        return Map.of();
    }

    /** Of another table: what is to be done for a job that starts anew, so that it gets all rows; the end of a sentence. */
    default String wholeAgain(String table) {
        return "it reads the whole of " + table + " then";
    }

    /** What tables may be called that join the job while it runs. To be called after {@link #check}. */
    default NamePatterns namesToCome() {
        return NamePatterns.of(List.of());
    }

    /** Which tables may join the job while it runs: any, unless this is called. To be called before {@link #start}. */
    default void admit(Newcomers newcomers) {
        // Of most systems the tables are listed.
    }

    /**
     * Targets have rows of the system's tables, up to this position, of an earlier job: those of a job without state are to be newer.
     * To be called before {@link #start}.
     *
     * @param compares whether it is to be said, too, when the tables were read, so that their other rows are gone: {@link
     *     #checkComparison} found nothing
     */
    default void outrank(Position newest, boolean compares) {
        // Most systems' positions grow for as long as the system is there.
    }

    /**
     * Adds what keeps a job from starting just now, though nothing is wrong: another one runs. A plan is made beside it, too. To be
     * called after {@link #check}.
     */
    default void checkFree(Problems problems) {
        // Most systems do not mind.
    }

    /** Makes what is missing in the system. To be called after {@link #check} found nothing. */
    Capture start() throws Exception;

    /** Takes back what {@link #start} made and would hold something up for ever, where no job comes of it after all. */
    default void undo() {
        // Most systems keep nothing for a job.
    }
}
