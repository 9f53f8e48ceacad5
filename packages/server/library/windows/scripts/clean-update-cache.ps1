# Removes what Windows Update has downloaded (SoftwareDistribution\Download). Its services are stopped meanwhile.
# Facts: freedMegabytes.
# Exit codes: 0 cleaned, 1 a service could not be stopped or started, or something could not be removed.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

$cache = Join-Path $env:SystemRoot 'SoftwareDistribution\Download'

function Measure-Cache {
    $bytes = 0
    Get-ChildItem -LiteralPath $cache -Recurse -Force -ErrorAction SilentlyContinue |
        Where-Object { -not $_.PSIsContainer } | ForEach-Object { $bytes += $_.Length }
    return $bytes
}

if (-not (Test-Path -LiteralPath $cache)) {
    Write-Output "There is no $cache."
    Publish-Fact 'freedMegabytes' '0'
    exit 0
}
$before = Measure-Cache
$code = 0
$stopped = @()
try {
    foreach ($name in 'wuauserv', 'bits') {
        $service = Get-Service -Name $name
        if ($service.Status -eq 'Stopped') { continue }
        Stop-Service -InputObject $service -Force
        $service.WaitForStatus('Stopped', [TimeSpan]::FromSeconds(60))
        $stopped += $service
    }
    Get-ChildItem -LiteralPath $cache -Force | Remove-Item -Recurse -Force
}
catch {
    [Console]::Error.WriteLine($_.Exception.Message)
    $code = 1
}
finally {
    foreach ($service in $stopped) {
        try {
            Start-Service -InputObject $service
        }
        catch {
            [Console]::Error.WriteLine($_.Exception.Message)
            $code = 1
        }
    }
}
$freed = [Math]::Max(0, [Math]::Floor(($before - (Measure-Cache)) / 1mb))
Write-Output "Freed $freed MB."
Publish-Fact 'freedMegabytes' "$freed"
exit $code
