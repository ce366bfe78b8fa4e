#include "model_files.hpp"

#include <algorithm>
#include <cerrno>
#include <set>

namespace tsflow::test {

namespace fs = std::filesystem;

class ModelFile final : public File {
public:
    ModelFile(ModelFiles& files, fs::path path, ModelFiles::NodePtr node)
        : files_(files), path_(std::move(path)), node_(std::move(node)) {}

    std::size_t write_some(std::span<const std::byte> bytes, std::uint64_t at) override {
        if (files_.step("write", path_) == ModelFiles::half_a_write) {
            bytes = bytes.first((bytes.size() + 1) / 2);
        }
        if (node_->now.size() < at + bytes.size()) {
            node_->now.resize(at + bytes.size());
        }
        std::copy(bytes.begin(), bytes.end(), node_->now.begin() + static_cast<std::ptrdiff_t>(at));
        touch(at, at + bytes.size());
        return bytes.size();
    }
    std::size_t read_some(std::span<std::byte> bytes, std::uint64_t at) const override {
        if (files_.off()) {
            throw IoError("read", path_, EIO);
        }
        const std::size_t size = node_->now.size();
        const std::size_t count = at >= size ? 0 : std::min<std::size_t>(bytes.size(), size - at);
        std::copy_n(node_->now.begin() + static_cast<std::ptrdiff_t>(at), count, bytes.begin());
        return count;
    }
    std::uint64_t size() const override { return node_->now.size(); }
    void truncate(std::uint64_t size) override {
        files_.step("cut", path_);
        const std::size_t before = node_->now.size();
        node_->now.resize(size);
        touch(std::min<std::uint64_t>(before, size), std::max<std::uint64_t>(before, size));
    }
    /// As on Linux, a failed sync forgets that the pages were to be written: the next one succeeds without
    /// them.
    void sync() override {
        try {
            files_.step("sync", path_);
        } catch (const IoError&) {
            if (!files_.off()) {
                node_->dirty.clear();
            }
            throw;
        }
        if (!node_->dirty.empty()) {
            node_->disk.resize(node_->now.size());
        }
        for (const auto& [page, dirty] : node_->dirty) {
            copy_page(page);
        }
        node_->dirty.clear();
    }

private:
    void touch(std::uint64_t from, std::uint64_t to) {
        for (std::uint64_t page = from / ModelFiles::page; page * ModelFiles::page < to; ++page) {
            node_->dirty[page] = true;
        }
    }
    void copy_page(std::size_t page) {
        const std::size_t from = page * ModelFiles::page;
        const std::size_t to = std::min(from + ModelFiles::page, node_->disk.size());
        for (std::size_t at = from; at < to; ++at) {
            node_->disk[at] = node_->now[at];
        }
    }

    ModelFiles& files_;
    fs::path path_;
    ModelFiles::NodePtr node_;
};

/// Counts a step, and throws when it is to fail.
int ModelFiles::step(const char* what, const fs::path& path) {
    if (off_) {
        throw IoError(what, path, EIO);
    }
    ++steps_;
    const int fate = before_step ? before_step(what) : 0;
    if (fate == power_cut) {
        off_ = true;
        throw IoError(what, path, EIO);
    }
    if (fate > 0) {
        throw IoError(what, path, fate);
    }
    return fate;
}

ModelFiles::NodePtr& ModelFiles::find(const fs::path& path, const char* what) {
    const auto found = now_.find(path);
    if (found == now_.end()) {
        throw IoError(what, path, ENOENT);
    }
    return found->second;
}

std::unique_ptr<File> ModelFiles::create(const fs::path& path) {
    step("create", path);
    if (now_.contains(path)) {
        throw IoError("create", path, EEXIST);
    }
    now_[path] = std::make_shared<Node>();
    return std::make_unique<ModelFile>(*this, path, now_[path]);
}

std::unique_ptr<File> ModelFiles::open(const fs::path& path, bool /*writable*/) {
    if (off_) {
        throw IoError("open", path, EIO);
    }
    return std::make_unique<ModelFile>(*this, path, find(path, "open"));
}

void ModelFiles::rename(const fs::path& from, const fs::path& to) {
    step("rename", to);
    const NodePtr node = find(from, "rename");
    now_.erase(from);
    now_[to] = node;
}

void ModelFiles::remove(const fs::path& path) {
    step("remove", path);
    now_.erase(path);
}

std::vector<std::string> ModelFiles::list(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& [path, node] : now_) {
        if (path.parent_path() == folder) {
            names.push_back(path.filename().string());
        }
    }
    return names;
}

void ModelFiles::make_folder(const fs::path& folder) {
    step("make", folder);
}

void ModelFiles::sync_folder(const fs::path& folder) {
    step("sync_folder", folder);
    std::erase_if(disk_, [&](const auto& name) { return name.first.parent_path() == folder; });
    for (const auto& [path, node] : now_) {
        if (path.parent_path() == folder) {
            disk_[path] = node;
        }
    }
}

void ModelFiles::restart(std::mt19937& random) {
    const auto kept = [&random] { return random() % 2 == 0; };
    std::set<fs::path> changed;
    for (const auto& [path, node] : now_) {
        changed.insert(path);
    }
    for (const auto& [path, node] : disk_) {
        changed.insert(path);
    }
    Names survived;
    for (const fs::path& path : changed) {
        const auto at_last = now_.find(path);
        const auto synced = disk_.find(path);
        const bool same =
            at_last != now_.end() && synced != disk_.end() && at_last->second == synced->second;
        const bool newer = same || kept();
        if (newer && at_last != now_.end()) {
            survived[path] = at_last->second;
        } else if (!newer && synced != disk_.end()) {
            survived[path] = synced->second;
        }
    }
    for (const auto& [path, node] : survived) {
        if (!node->dirty.empty() && kept()) {
            node->disk.resize(node->now.size());  // the new length came through
        }
        for (const auto& [page, dirty] : node->dirty) {
            for (std::size_t at = page * ModelFiles::page;
                 at < std::min((page + 1) * ModelFiles::page,
                               std::min(node->disk.size(), node->now.size()));
                 ++at) {
                if (at % ModelFiles::page == 0 && !kept()) {
                    break;
                }
                node->disk[at] = node->now[at];
            }
        }
        node->dirty.clear();
        node->now = node->disk;
    }
    now_ = survived;
    disk_ = survived;
    off_ = false;
}

void ModelFiles::damage(const fs::path& path, std::uint64_t at, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
        find(path, "damage")->now.at(at + i) ^= std::byte{0x55};
    }
    find(path, "damage")->disk = find(path, "damage")->now;
}

std::uint64_t ModelFiles::size(const fs::path& path) const {
    return now_.at(path)->now.size();
}

std::vector<fs::path> ModelFiles::paths() const {
    std::vector<fs::path> paths;
    for (const auto& [path, node] : now_) {
        paths.push_back(path);
    }
    return paths;
}

}  // namespace tsflow::test
