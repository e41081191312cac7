package io.tributary.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder that every machine of the job sees under the same path. */
public final class LocalStore implements ObjectStore {

    private static final String PART = ".part";

    private final Path root;

    public LocalStore(Path root) {
        this.root = root;
    }

    @Override
    public List<String> folders(String path) throws IOException {
        Path folder = root.resolve(path);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    /** But for those that are being written. */
    @Override
    public List<String> files(String path) throws IOException {
        Path folder = root.resolve(path);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> !name.endsWith(PART))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    @Override
    public byte @Nullable [] find(String path, int longest) throws IOException {
        try (InputStream in = open(path)) {
            return TooLongException.checked(in.readNBytes(longest + 1), name(path), longest);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public InputStream open(String path) throws IOException {
        return Files.newInputStream(inside(path));
    }

    /** Wherever links lead to: the location itself may be one. */
    private Path inside(String path) throws IOException {
        Path real;
        try {
            real = root.resolve(path).toRealPath();
        } catch (InvalidPathException e) {
            throw new OutsideException(path, root.toString());
        }
        if (!real.startsWith(root.toRealPath()) || !Files.isRegularFile(real)) {
            throw new OutsideException(name(path), root.toString());
        }
        return real;
    }

    /** A reader sees the old file or the new one, and no half of it. */
    @Override
    public void put(String path, byte[] bytes) throws IOException {
        Path target = root.resolve(path);
        Path folder = requireNonNull(target.getParent());
        Files.createDirectories(folder);
        Path whole = Files.write(folder.resolve(target.getFileName() + PART), bytes);
        Files.move(whole, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Collection<String> paths) throws IOException {
        for (String path : paths) {
            Files.deleteIfExists(root.resolve(path));
        }
    }

    @Override
    public String name(String path) {
        return root.resolve(path).toString();
    }

    @Override
    public void close() {
        // Nothing is kept open.
    }
}
