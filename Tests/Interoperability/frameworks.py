"""Networks of each framework with random weights, made as each dialect names them."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy
import torch

# PyPI's torchvision is compiled for CUDA: beside a torch without it its own operators are not there,
# and must not be given shapes. Classifiers use none of them.
torch.library.register_fake = lambda *arguments, **keywords: lambda function: function
import timm
import torchvision


def torch_network(dialect, name, classes, seed=0):
    """In evaluation mode, with statistics of its batch normalisations that are no identity."""
    torch.manual_seed(seed)
    if dialect == "timm":
        network = timm.create_model(name, num_classes=classes)
    else:
        # Auxiliary classifiers are for training alone; their own initialisation takes minutes.
        options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        network = torchvision.models.get_model(name, weights=None, num_classes=classes, **options)
        network.aux_logits = False
    generator = torch.Generator().manual_seed(seed + 1)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
                shape = module.running_mean.shape
                module.running_mean.copy_(0.1 * torch.randn(shape, generator=generator))
                module.running_var.copy_(0.5 + torch.rand(shape, generator=generator))
                if module.weight is not None:
                    module.weight.copy_(0.8 + 0.4 * torch.rand(shape, generator=generator))
                    module.bias.copy_(0.1 * torch.randn(shape, generator=generator))
    return network.eval()


def torch_logits(network, images):
    with torch.no_grad():
        return network(torch.from_numpy(images).permute(0, 3, 1, 2)).numpy()


# Where an application of Keras is more than its name, or none any more.
KERAS_ARGUMENTS = {
    "mobilenetv3_large_075": ("MobileNetV3Large", {"alpha": 0.75}),
    "mobilenetv3_small_075": ("MobileNetV3Small", {"alpha": 0.75}),
    "tf_mobilenetv3_large_minimal_100": ("MobileNetV3Large", {"minimalistic": True}),
    "tf_mobilenetv3_small_minimal_100": ("MobileNetV3Small", {"minimalistic": True}),
    "resnet50_caffe": (None, {}),
}
for width in (25, 50, 75):
    KERAS_ARGUMENTS[f"mobilenetv1_{width:03}"] = ("MobileNet", {"alpha": width / 100})
for width in (35, 50, 75, 130, 140):
    KERAS_ARGUMENTS[f"mobilenetv2_{width:03}"] = ("MobileNetV2", {"alpha": width / 100})


def keras_application(name):
    """The function that makes it and its arguments; None for one that is in no release any more."""
    import keras

    function, arguments = KERAS_ARGUMENTS.get(name, (name, {}))
    if function is None:
        return None
    plain = function.replace("_", "").lower()
    for attribute in dir(keras.applications):
        candidate = getattr(keras.applications, attribute)
        if attribute.lower() == plain and callable(candidate):
            return candidate, arguments
    raise RuntimeError(f"no application of Keras is called {name}")


def keras_network(name, classes, edge, seed=0):
    import keras

    keras.utils.set_random_seed(seed)
    application, arguments = keras_application(name)
    network = application(
        weights=None, classes=classes, input_shape=(edge, edge, 3), classifier_activation=None,
        **arguments)
    generator = numpy.random.default_rng(seed + 1)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            for weight in layer.weights:
                kind = weight.path.rsplit("/", 1)[-1]
                if kind in ("moving_variance", "gamma"):
                    weight.assign(0.6 + 0.8 * generator.random(weight.shape))
                else:
                    weight.assign(0.1 * generator.standard_normal(weight.shape))
    return network


def keras_logits(network, images):
    return numpy.asarray(network(images, training=False))


def images(edge, count=1, seed=3, scale=1.0):
    """`[count, edge, edge, 3]`, as a network of torch reads them: about 0 to both sides."""
    values = numpy.random.default_rng(seed).standard_normal((count, edge, edge, 3))
    return (scale * values).astype(numpy.float32)
