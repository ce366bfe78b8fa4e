#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tsflow/abi.hpp"
#include "tsflow/export.hpp"
#include "tsflow/node.hpp"
#include "tsflow/options.hpp"

namespace tsflow {

enum class NodeKind : std::uint8_t { source, transform, sink };
TSFLOW_API std::string_view to_string(NodeKind kind) noexcept;

/// Everything the host knows about one `type = "…"` of a pipeline file.
struct TSFLOW_API NodeType {
    std::string name;
    std::string doc;  ///< first sentence: what it does; then what a user must know
    NodeKind kind = NodeKind::source;
    std::vector<OptionInfo> options;
    /// Makes a node from converted option values. Problems that only the whole of the options shows
    /// are added to `problems`; the result is null exactly when one of them is no warning.
    std::function<std::unique_ptr<Node>(const OptionValues& values, OptionProblems& problems)> make;
};

template <class N>
constexpr NodeKind kind_of() {
    static_assert(std::derived_from<N, Source> || std::derived_from<N, Transform> ||
                      std::derived_from<N, Sink>,
                  "a node derives from tsflow::Source, tsflow::Transform or tsflow::Sink");
    return std::derived_from<N, Source>      ? NodeKind::source
           : std::derived_from<N, Transform> ? NodeKind::transform
                                             : NodeKind::sink;
}

/// The node type of class `N`, which has
///
///     static constexpr std::string_view name, doc;
///     struct Config { … };                               // defaults are the initialisers
///     static void describe(Options<Config>& options);
///     explicit N(Config config);                         // may throw ConfigError; opens nothing
template <std::derived_from<Node> N>
NodeType node_type() {
    using Config = typename N::Config;
    auto options = std::make_shared<Options<Config>>();
    N::describe(*options);
    NodeType type;
    type.name = std::string{N::name};
    type.doc = std::string{N::doc};
    type.kind = kind_of<N>();
    type.options = options->list();
    type.make = [options](const OptionValues& values,
                          OptionProblems& problems) -> std::unique_ptr<Node> {
        Config config;
        if (!options->assign(config, values, problems)) {
            return nullptr;
        }
        return std::make_unique<N>(std::move(config));
    };
    return type;
}

/// Where a plugin enrolls its node types; valid during the enroll call.
class TSFLOW_API Registrar {
public:
    template <std::derived_from<Node> N>
    void add() {
        add(node_type<N>());
    }
    virtual void add(NodeType type) = 0;

protected:
    ~Registrar() = default;
};

/// Plain data at a fixed symbol, read and checked by the host before any other code of the plugin.
struct Manifest {
    std::uint32_t abi;     ///< TSFLOW_ABI the plugin was built with
    std::uint32_t size;    ///< sizeof(Manifest)
    const char* build_id;  ///< TSFLOW_BUILD_ID the plugin was built with
    const char* name;      ///< of the plugin (a library may hold several node types)
    const char* version;   ///< of the plugin
    void (*enroll)(Registrar&);
};

}  // namespace tsflow

/// Defines a plugin library; once in each:
///
///     TSFLOW_PLUGIN("indicators", "1.0.0") { plugin.add<Ema>(); plugin.add<Rsi>(); }
#define TSFLOW_PLUGIN(plugin_name, plugin_version)                                                 \
    static void tsflow_enroll(::tsflow::Registrar& plugin);                                        \
    extern "C" TSFLOW_API const ::tsflow::Manifest tsflow_plugin;                                  \
    extern "C" const ::tsflow::Manifest tsflow_plugin{TSFLOW_ABI,      sizeof(::tsflow::Manifest), \
                                                      TSFLOW_BUILD_ID, plugin_name,                \
                                                      plugin_version,  &tsflow_enroll};            \
    static void tsflow_enroll(::tsflow::Registrar& plugin)
