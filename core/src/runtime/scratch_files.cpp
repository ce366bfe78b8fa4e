#include "runtime/scratch_files.hpp"

#include <utility>

namespace tsflow {
namespace {

class ScratchFile final : public File {
public:
    explicit ScratchFile(std::unique_ptr<File> file) : file_(std::move(file)) {}
    std::size_t write_some(std::span<const std::byte> bytes, std::uint64_t at) override {
        return file_->write_some(bytes, at);
    }
    std::size_t read_some(std::span<std::byte> bytes, std::uint64_t at) const override {
        return file_->read_some(bytes, at);
    }
    std::uint64_t size() const override { return file_->size(); }
    void truncate(std::uint64_t size) override { file_->truncate(size); }
    void sync() override {}

private:
    std::unique_ptr<File> file_;
};

class ScratchFiles final : public FileSystem {
public:
    std::unique_ptr<File> create(const std::filesystem::path& path) override {
        return std::make_unique<ScratchFile>(system_files().create(path));
    }
    std::unique_ptr<File> open(const std::filesystem::path& path, bool writable) override {
        return std::make_unique<ScratchFile>(system_files().open(path, writable));
    }
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
        system_files().rename(from, to);
    }
    void remove(const std::filesystem::path& path) override { system_files().remove(path); }
    std::vector<std::string> list(const std::filesystem::path& folder) override {
        return system_files().list(folder);
    }
    void make_folder(const std::filesystem::path& folder) override {
        system_files().make_folder(folder);
    }
    void sync_folder(const std::filesystem::path&) override {}
};

}  // namespace

FileSystem& scratch_files() {
    static ScratchFiles files;
    return files;
}

}  // namespace tsflow
